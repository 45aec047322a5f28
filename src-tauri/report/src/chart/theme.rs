//! Colours, dashes and shapes of the charts, light and dark.

use crate::scene::Theme;

/// A colour: red, green, blue.
pub type Rgb = (u8, u8, u8);

/// The colours of one theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything.
    pub paper: Rgb,
    /// Text and figures.
    pub ink: Rgb,
    /// Small text.
    pub muted: Rgb,
    /// Text on the axes.
    pub faint: Rgb,
    /// Grid lines and the axis.
    pub hairline: Rgb,
    /// What counts, and the local machine.
    pub accent: Rgb,
    /// The current job.
    pub current: Rgb,
    /// Offers, in order: blue, vermillion, green, purple.
    pub offers: [Rgb; 4],
}

const fn hex(code: u32) -> Rgb {
    ((code >> 16) as u8, (code >> 8) as u8, code as u8)
}

/// Blue and vermillion stay near Okabe and Ito's; green and purple are placed in lightness so that every pair keeps
/// apart under the three kinds of colour blindness.
const LIGHT: Palette = Palette {
    paper: hex(0xfb_fa_f7),
    ink: hex(0x1b_1f_23),
    muted: hex(0x5a_62_6b),
    faint: hex(0x69_70_7a),
    hairline: hex(0xe3_e0_d8),
    accent: hex(0x0b_5c_58),
    current: hex(0x80_87_8e),
    offers: [hex(0x00_72_b2), hex(0xc2_4e_00), hex(0x1c_62_38), hex(0x76_2a_70)],
};

const DARK: Palette = Palette {
    paper: hex(0x14_17_1a),
    ink: hex(0xe9_e6_df),
    muted: hex(0xa4_ab_b2),
    faint: hex(0x8f_97_9f),
    hairline: hex(0x2b_30_36),
    accent: hex(0x5c_c2_b8),
    current: hex(0xa3_aa_b1),
    offers: [hex(0x56_a7_e2), hex(0xf0_88_4a), hex(0x83_e8_b4), hex(0xdd_5c_c0)],
};

/// The colours of a theme.
pub fn palette(theme: Theme) -> &'static Palette {
    match theme {
        Theme::Light => &LIGHT,
        Theme::Dark => &DARK,
    }
}

/// The shape that marks the points of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A disc.
    Disc,
    /// A square on its side.
    Square,
    /// A triangle, point up.
    Triangle,
    /// A square on its corner.
    Diamond,
    /// A triangle, point down.
    Wedge,
}

/// How one series is told apart: by colour, by dash, by shape, and by how often its colour has been used before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Of bars, lines and bands.
    pub colour: Rgb,
    /// Of its label.
    pub text: Rgb,
    /// Pixels drawn and left out, in turn; empty is a solid line.
    pub dash: &'static [f64],
    /// Of its points.
    pub shape: Shape,
    /// 0 for the first series of a colour; repeats are drawn broken.
    pub repeat: usize,
}

const DASHES: [&[f64]; 4] = [&[], &[8.0, 4.0], &[2.0, 3.0], &[10.0, 3.0, 2.0, 3.0]];
const SHAPES: [Shape; 4] = [Shape::Disc, Shape::Square, Shape::Triangle, Shape::Diamond];

impl Palette {
    /// The style of the nth offer that is not a current job, from 0.
    pub fn offer(&self, nth: usize) -> Style {
        let colour = self.offers[nth % 4];
        let repeat = nth / 4;
        // A repeat takes the next dash, so that no two lines share both colour and dash before the seventeenth.
        Style { colour, text: colour, dash: DASHES[(nth + repeat) % 4], shape: SHAPES[(nth + repeat) % 4], repeat }
    }

    /// The style of the nth current job, from 0.
    pub fn current_job(&self, nth: usize) -> Style {
        Style { colour: self.current, text: self.muted, dash: &[4.0, 3.0], shape: Shape::Wedge, repeat: nth }
    }
}

/// `over` laid on `under`, `share` of it showing: 0 is `under`, 1 is `over`.
pub fn mix(over: Rgb, under: Rgb, share: f64) -> Rgb {
    let one = |a: u8, b: u8| (f64::from(b) + (f64::from(a) - f64::from(b)) * share).round() as u8;
    (one(over.0, under.0), one(over.1, under.1), one(over.2, under.2))
}

/// Contrast of two colours, 1 to 21, as WCAG 2.2 defines it ("contrast ratio" and "relative luminance").
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn linear(channel: u8) -> f64 {
    let c = f64::from(channel) / 255.0;
    if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

fn luminance((r, g, b): Rgb) -> f64 {
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_wcag() {
        // Ends of the scale, and Okabe-Ito blue on white as published by common checkers: 5.19.
        assert_eq!(contrast((0, 0, 0), (255, 255, 255)), 21.0);
        assert!((contrast(hex(0x00_72_b2), (255, 255, 255)) - 5.19).abs() < 0.005);
        assert_eq!(contrast((9, 9, 9), (9, 9, 9)), 1.0);
    }

    #[test]
    fn every_series_and_text_keeps_its_contrast() {
        for p in [&LIGHT, &DARK] {
            let styles = (0..16).map(|n| p.offer(n)).chain([p.current_job(0)]);
            for style in styles {
                assert!(contrast(style.colour, p.paper) >= 3.0, "{style:?}");
                assert!(contrast(style.text, p.paper) >= 4.5, "{style:?}");
            }
            for text in [p.ink, p.muted, p.faint, p.accent] {
                assert!(contrast(text, p.paper) >= 4.5, "{text:?}");
            }
        }
    }

    /// Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
    const BLINDNESS: [(&str, [[f64; 3]; 3]); 4] = [
        ("none", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        ("protan", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
        ("deutan", [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
        ("tritan", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
    ];

    fn lab(colour: Rgb, matrix: &[[f64; 3]; 3]) -> [f64; 3] {
        let rgb = [linear(colour.0), linear(colour.1), linear(colour.2)];
        let s = matrix.map(|row| row.iter().zip(rgb).map(|(m, c)| m * c).sum::<f64>().clamp(0.0, 1.0));
        let x = 0.4124564 * s[0] + 0.3575761 * s[1] + 0.1804375 * s[2];
        let y = 0.2126729 * s[0] + 0.7151522 * s[1] + 0.0721750 * s[2];
        let z = 0.0193339 * s[0] + 0.1191920 * s[1] + 0.9503041 * s[2];
        let f = |t: f64| if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 };
        let (fx, fy, fz) = (f(x / 0.95047), f(y), f(z / 1.08883));
        [116.0 * fy - 16.0, 500.0 * (fx - fy), 200.0 * (fy - fz)]
    }

    #[test]
    fn colours_stay_apart_for_colour_blind_eyes() {
        for p in [&LIGHT, &DARK] {
            let colours = [p.current, p.offers[0], p.offers[1], p.offers[2], p.offers[3]];
            for (kind, matrix) in &BLINDNESS {
                for (i, a) in colours.iter().enumerate() {
                    for b in &colours[i + 1..] {
                        let (la, lb) = (lab(*a, matrix), lab(*b, matrix));
                        let distance = la.iter().zip(lb).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt();
                        assert!(distance >= 15.0, "{kind}: {a:?} {b:?} are {distance:.1} apart");
                    }
                }
            }
        }
    }

    #[test]
    fn twelve_lines_are_told_apart_by_more_than_colour() {
        let styles: Vec<Style> = (0..12).map(|n| LIGHT.offer(n)).collect();
        for (i, a) in styles.iter().enumerate() {
            for b in &styles[i + 1..] {
                assert!(a.colour != b.colour || (a.dash != b.dash && a.shape != b.shape), "{a:?} {b:?}");
            }
        }
    }
}
