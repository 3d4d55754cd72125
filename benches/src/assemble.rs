//! What a press costs beside its encoder: CPU time of the whole press against the encoder alone on the very same frames.

use anyhow::Context as _;
use reelpress_assemble::{Painter, PlanesMut, PressOrder, Recording, Unwatched, encode_only, press};

use crate::cpu;
use crate::cut;
use crate::figures::{Budget, Figures};
use crate::waiting;

const PAIRS: usize = 3;

/// `assemble.*`
pub(crate) fn measure(quick: bool, figures: &mut Figures) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir().context("could not make a folder")?;
    let order = cut::order(scratch.path(), quick)?;
    let seconds = order.plan.frames as f64 / f64::from(order.plan.fps);
    let pairs = if quick { 1 } else { PAIRS };
    let bar = waiting::bar("press against encoder", pairs as u64 * 2 + 2);
    bar.tick();
    let painting = paint(&order)?;
    bar.inc(1);
    let mut recording = Recording::paint(&order, seconds.ceil() as u32)?;
    bar.inc(1);
    let (mut ratios, mut encodes) = (Vec::new(), Vec::new());
    for pair in 0..pairs {
        // By turns, and each first in turn: whatever else the machine does meets both alike.
        let (mut pressed, mut encoded) = (0.0, 0.0);
        for is_press in [pair % 2 == 0, pair % 2 != 0] {
            if is_press {
                pressed = press_cost(&order)?;
            } else {
                encoded = encode_cost(&order, &mut recording)?;
            }
            bar.inc(1);
        }
        ratios.push(pressed / encoded);
        encodes.push(encoded);
    }
    bar.finish_and_clear();
    figures.judge("assemble.cold_ratio", median(&mut ratios), "x encoder alone", Budget::AtMost(1.15));
    figures.add("assemble.encode_cpu_seconds_per_video_second", median(&mut encodes) / seconds, "CPU s/s");
    figures.add("assemble.paint_ms_per_frame", painting * 1_000.0 / order.plan.frames as f64, "CPU ms/frame");
    Ok(())
}

fn press_cost(order: &PressOrder) -> anyhow::Result<f64> {
    let (pressed, cost) = cpu::timed(|| press(order, &Unwatched));
    pressed?;
    Ok(cost)
}

/// CPU seconds of encoding the order's frames alone.
pub(crate) fn encode_cost(order: &PressOrder, recording: &mut Recording) -> anyhow::Result<f64> {
    let file = order.scratch.join("alone.mp4");
    let (encoded, cost) = cpu::timed(|| encode_only(order, recording, &file));
    encoded?;
    Ok(cost)
}

/// CPU seconds of painting all frames into the same planes, the setting up included.
fn paint(order: &PressOrder) -> anyhow::Result<f64> {
    let (width, height) = (order.plan.width as usize, order.plan.height as usize);
    let chroma = width / 2 * (height / 2);
    let (mut y, mut u, mut v) = (vec![0; width * height], vec![0; chroma], vec![0; chroma]);
    let (painted, cost) = cpu::timed(|| -> anyhow::Result<()> {
        let mut painter = Painter::new(order.plan.clone(), &order.fonts)?;
        for at in 0..order.plan.frames {
            let mut planes = PlanesMut {
                width,
                height,
                y: &mut y,
                y_stride: width,
                u: &mut u,
                u_stride: width / 2,
                v: &mut v,
                v_stride: width / 2,
            };
            painter.paint(at, &mut planes);
        }
        Ok(())
    });
    painted?;
    Ok(cost)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
