//! Paints frames of every look into PNG files, to be looked at, and says what a frame costs.
//!
//! `cargo run --release -p reelpress-assemble --example picture_preview -- FOLDER [WIDTH HEIGHT [PICTURE]]`
#![expect(clippy::print_stdout, reason = "a program for the desk: its answer goes to the terminal")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reelpress_assemble::picture::{Fonts, Painter, PicturePlan, PictureScene, PlanesMut, TimedWord};
use reelpress_templates::{DEFAULT_LOOKS, Look, TemplateLibrary};

const SCENES: [(&str, &str); 5] = [
    ("Why the night sky is getting brighter", "The night sky is getting brighter every single year. Here is why."),
    (
        "10 % brighter a year",
        "A study of fifty thousand star counts found that the sky glows ten percent more each year.",
    ),
    ("Cheap light, used everywhere", "LED lamps cut the price of light, so cities simply use more of it."),
    ("Shields cut glow by half", "Lamps with a shield send light down, where people walk, and halve the glow."),
    ("Look up tonight", "Look up tonight, count the stars you see, and tell us in the comments."),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = PathBuf::from(arguments.first().ok_or("which folder?")?);
    std::fs::create_dir_all(&folder)?;
    let side = |at: usize, otherwise: u32| arguments.get(at).map_or(Ok(otherwise), |text| text.parse());
    let (width, height) = (side(1, 1080)?, side(2, 1920)?);
    let library = TemplateLibrary::load(None)?;
    let fonts = Fonts::system()?;
    for name in DEFAULT_LOOKS {
        let look = library.get(name).ok_or("a look is missing")?;
        preview(look, &fonts, (width, height), arguments.get(3).map(Path::new), &folder)?;
    }
    Ok(())
}

fn preview(
    look: &Arc<Look>,
    fonts: &Fonts,
    (width, height): (u32, u32),
    picture: Option<&Path>,
    folder: &Path,
) -> Result<(), Box<dyn Error>> {
    let plan = plan(look, (width, height), picture);
    let frames = plan.frames;
    let starts: Vec<u64> = plan.scenes.iter().map(|scene| scene.first_frame).collect();
    let begun = processor_ms()?;
    let mut painter = Painter::new(plan, fonts)?;
    println!("{}: ready in {:.1} ms", look.name, processor_ms()? - begun);
    let (wide, high) = (width as usize, height as usize);
    let (mut y, mut u, mut v) = (vec![0; wide * high], vec![0; wide * high / 4], vec![0; wide * high / 4]);
    let mut times = Vec::new();
    for frame in 0..frames {
        let begun = processor_ms()?;
        let mut planes = PlanesMut {
            width: wide,
            height: high,
            y: &mut y,
            y_stride: wide,
            u: &mut u,
            u_stride: wide / 2,
            v: &mut v,
            v_stride: wide / 2,
        };
        painter.paint(frame, &mut planes);
        times.push(processor_ms()? - begun);
        let scene = starts.iter().rposition(|start| *start <= frame).unwrap_or(0);
        if [0, 5, 60].contains(&(frame - starts[scene])) {
            let file = folder.join(format!("{}-{scene}-{:02}.png", look.name, frame - starts[scene]));
            to_rgb(&y, &u, &v, wide).save(file)?;
        }
    }
    let total: f64 = times.iter().sum();
    times.sort_by(f64::total_cmp);
    println!(
        "  {frames} frames: mean {:.2} ms, median {:.2} ms, 90 % {:.2} ms, most {:.1} ms",
        total / frames as f64,
        times[times.len() / 2],
        times[times.len() * 9 / 10],
        times[times.len() - 1]
    );
    Ok(())
}

/// Processor time of this thread so far: other programs on the machine do not count.
fn processor_ms() -> Result<f64, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().ok_or("schedstat is empty")?.parse::<f64>()? / 1e6)
}

fn plan(look: &Arc<Look>, (width, height): (u32, u32), picture: Option<&Path>) -> PicturePlan {
    let mut scenes = Vec::new();
    let mut frame = 0;
    for (index, (on_screen, narration)) in SCENES.into_iter().enumerate() {
        let first_frame = frame;
        let mut words = Vec::new();
        for word in narration.split_whitespace() {
            let length = 4 + word.len() as u64;
            words.push(TimedWord { text: word.to_owned(), start_frame: frame, end_frame: frame + length });
            frame += length + if word.ends_with('.') { 8 } else { 0 };
        }
        let picture = picture.filter(|_| index % 2 == 1).map(Path::to_path_buf);
        scenes.push(PictureScene { first_frame, end_frame: frame, on_screen: on_screen.to_owned(), picture, words });
    }
    PicturePlan {
        width,
        height,
        fps: 30,
        frames: frame,
        seed: 7,
        language: "en".to_owned(),
        look: Arc::clone(look),
        title: SCENES[0].0.to_owned(),
        scenes,
    }
}

fn to_rgb(y: &[u8], u: &[u8], v: &[u8], width: usize) -> image::RgbImage {
    image::RgbImage::from_fn(width as u32, (y.len() / width) as u32, |x, row| {
        let (x, row) = (x as usize, row as usize);
        let chroma = row / 2 * (width / 2) + x / 2;
        let luma = (f32::from(y[row * width + x]) - 16.0) / 219.0;
        let (blue, red) = ((f32::from(u[chroma]) - 128.0) / 224.0, (f32::from(v[chroma]) - 128.0) / 224.0);
        let rgb = [luma + 1.5748 * red, luma - 0.1873 * blue - 0.4681 * red, luma + 1.8556 * blue];
        image::Rgb(rgb.map(|channel| (channel.clamp(0.0, 1.0) * 255.0 + 0.5) as u8))
    })
}
