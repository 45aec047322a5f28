//! Everything rendered or exchanged: charts as scenes, and figures in words.
//!
//! A chart is a pure function from figures to a [`scene::Scene`]: the same figures, size and theme give the
//! same bytes. A scene carries the picture as SVG, where every data point lies in it, one sentence that says
//! what it shows, and the same data as a table.
//!
//! **Never here:** SQL, the window, files, the clock, chance, or any rule of what an offer is worth. A figure
//! that is not in the input is not drawn.
//!
//! Start reading at [`scene`], then [`chart`], then [`format`](mod@format).

pub mod chart;
pub mod format;
pub mod scene;
