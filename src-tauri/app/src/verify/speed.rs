//! Questions about a run of a model on a machine: does a published measurement lie inside the predicted range?

use counterweight_inference::predict;
use rust_decimal::Decimal;
use serde::Deserialize;

/// The columns of a row, as `cw infer predict --batch` takes them.
const COLUMNS: &str = "id,hw,n_dev,split,model,quant,size_gib,engine,backend,n_prompt,n_gen,depth,ubatch,flash_attn,concurrency,spec_decode,date";

/// What an example asks about a run.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Question {
    /// 1 when the measured tokens a second lie between the tenth and the ninetieth percentile, else 0.
    SpeedRow { row: String, measured: f64, what: Speed },
}

/// Reading or writing.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Speed {
    /// Reading a prompt.
    Pp,
    /// Writing.
    Tg,
}

impl Question {
    /// The app's answer.
    pub fn answer(&self) -> Result<Vec<Decimal>, String> {
        let Question::SpeedRow { row, measured, what } = self;
        let mut answer = Vec::new();
        predict::batch(format!("{COLUMNS}\n{row}\n").as_bytes(), &mut answer).map_err(|e| e.to_string())?;
        let text = String::from_utf8(answer).map_err(|e| e.to_string())?;
        let mut lines = text.lines();
        let (Some(head), Some(cells)) = (lines.next(), lines.next()) else { return Err("no answer".to_owned()) };
        let prefix = match what {
            Speed::Pp => "pp_tps_",
            Speed::Tg => "tg_tps_",
        };
        let figure = |name: &str| {
            let place = head.split(',').position(|column| column == format!("{prefix}{name}"));
            let cell = place.and_then(|place| cells.split(',').nth(place));
            cell.and_then(|cell| cell.parse::<f64>().ok()).ok_or_else(|| cells.to_owned())
        };
        let inside = (figure("p10")?..=figure("p90")?).contains(measured);
        Ok(vec![Decimal::from(u8::from(inside))])
    }
}
