//! What the kernels cost, in processor time for a frame of 1080x1920:
//! `cargo test --release -p reelpress-assemble times_of_the_kernels -- --ignored --nocapture`.

use reelpress_templates::Colour;

use super::{Cover, Iris, Level, Towards, Wipe};
use crate::picture::mask::RoundBox;
use crate::picture::motion::{Sampler, View, Window};
use crate::picture::planes::{Picture420, Rect};
use crate::picture::shade::Shade;
use crate::picture::sprite::{Layers, Laying, Sprite, fill};

const SIZE: (usize, usize) = (1080, 1920);
const FRAME: Rect = Rect { x: 0, y: 0, width: SIZE.0, height: SIZE.1 };
/// Frames that are timed together: the system counts a thread's time in coarse steps.
const RUN: u64 = 600;

/// Processor time of this thread so far: other programs on the machine do not count.
fn processor_ms() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1e6
}

#[expect(clippy::print_stdout, reason = "its output is what it is for")]
fn time(name: &str, mut paint: impl FnMut(u64)) {
    (0..RUN / 10).for_each(&mut paint);
    let least = (0..3).map(|_| {
        let begun = processor_ms();
        (0..RUN).for_each(&mut paint);
        (processor_ms() - begun) / RUN as f64
    });
    println!("{name:<28} {:.3} ms a frame", least.fold(f64::INFINITY, f64::min));
}

fn picture((width, height): (usize, usize)) -> Picture420 {
    Picture420::draw(width, height, |x, y| [(x % 97) as f32 / 97.0, (y % 61) as f32 / 61.0, 0.4])
}

fn card() -> Sprite {
    let mut layers = Layers::new(Rect { x: 240, y: 900, width: 600, height: 200 });
    let mut mask = layers.mask();
    mask.put_box(RoundBox { left: 0.0, top: 0.0, right: 600.0, bottom: 200.0, radius: 30.0 });
    layers.put(&mask, Colour::parse("#203040").unwrap(), 0.8);
    layers.finish()
}

#[test]
#[ignore = "prints times; only a release build tells something"]
fn times_of_the_kernels() {
    let (source, finished, mut out) = (picture((1188, 2112)), picture(SIZE), Picture420::black(SIZE.0, SIZE.1));
    let zoom = |at: u64| View::new((594.0 + at as f64 * 0.04, 1056.0), 1.0 - at as f64 / (6 * RUN) as f64);
    let (mut sampler, window) = (Sampler::default(), Window::new(FRAME));
    let mut row = vec![7; SIZE.0];
    time("mix, portable", |_| {
        for line in finished.planes.iter().flat_map(|plane| plane.chunks(SIZE.0)) {
            Level::Portable.mix(&mut row[..line.len()], line, 100);
        }
    });
    for level in Level::all() {
        let mut sampler = Sampler::at(level);
        time(&format!("sample, {level:?}"), |at| {
            sampler.sample_over(&source, zoom(at), window, &Cover::Whole, &mut out.as_planes());
        });
    }
    time("cross-fade while sampling", |at| {
        sampler.sample_over(&source, zoom(at), window, &Cover::Share(100), &mut out.as_planes());
    });
    time("mix finished frames", |_| {
        out.planes.iter_mut().zip(&finished.planes).for_each(|(old, new)| Level::default().mix(old, new, 100));
    });
    let mut over = |name: &str, place: &dyn Fn(f64) -> (View, Window, Cover)| {
        time(name, |at| {
            let (view, window, cover) = place(at as f64 / RUN as f64);
            sampler.sample_over(&finished, view, window, &cover, &mut out.as_planes());
        });
    };
    let whole = View::whole(&finished);
    over("copy", &|_| (whole, window, Cover::Whole));
    over("slide", &|time| (whole, window.moved(time * 1080.0, 0.0), Cover::Whole));
    over("zoom-through", &|time| (whole.enlarged(1.0 + time), window, Cover::Share(100)));
    over("wipe", &|time| (whole, window, Cover::Wipe(Wipe::new(Towards::Right, time as f32, 120.0, FRAME))));
    over("iris", &|time| (whole, window, Cover::Iris(Iris::new((540.0, 960.0), time as f32, 60.0, FRAME))));
    let card = card();
    time("sprite, 600x200", |_| card.lay(&mut out.as_planes(), Laying::PLAIN));
    time("sprite, half seen", |_| card.lay(&mut out.as_planes(), Laying { opacity: 128, ..Laying::PLAIN }));
    time("sprite, between pixels", |_| card.lay(&mut out.as_planes(), Laying { shift: (0.3, 0.7), ..Laying::PLAIN }));
    time("fill", |_| fill(&mut out.as_planes(), FRAME, 1080.0, [30, 128, 128], 100));
    let dark = |across| Shade::new(FRAME, ([0.0; 3], 0.0), ([0.0; 3], 0.6), across);
    time("scrim from top to bottom", |_| dark(false).lay(&mut out.as_planes(), FRAME, 256));
    time("scrim from left to right", |_| dark(true).lay(&mut out.as_planes(), FRAME, 256));
}
