//! A chart as a thing that can be drawn, walked through and read out.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A drawn chart: the picture, where its data lies in it, and the same data as words and as a table.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Scene {
    /// The picture: SVG with presentation attributes only, no style, no script.
    pub svg: String,
    /// Width of the picture, px.
    pub width: u32,
    /// Height of the picture, px.
    pub height: u32,
    /// The part of the picture that holds the data.
    pub plot: Plot,
    /// The data points, by x position and then by series.
    pub marks: Vec<Mark>,
    /// What the chart says, as one sentence.
    pub alt: String,
    /// The data as a table.
    pub table: Table,
}

/// A rectangle of the picture, px.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Plot {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A data point.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Mark {
    /// The series it belongs to, as labelled.
    pub series: String,
    /// Where it stands on the x axis, in words: `Year 2`.
    pub label: String,
    /// Its value with its unit, in words.
    pub value: String,
    /// Its place in the picture, px from the left.
    pub px: f64,
    /// Its place in the picture, px from the top.
    pub py: f64,
    /// Its position on the x axis, from 0.
    pub index: u32,
}

/// A table of text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// Heads of the columns; the first column names the row.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// The surface a chart is drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Canvas {
    /// Width, px; 240 to 4000.
    pub width: u32,
    /// Height, px; 120 to 3000.
    pub height: u32,
    /// Colours.
    pub theme: Theme,
}

/// A set of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// Ink on paper.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}
