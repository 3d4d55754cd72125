//! What each built-in template looks like: the hook, a point with figures and the call to action of its preview, held
//! against the pictures in `golden/`. `REELPRESS_WRITE_PAGES=1 cargo nextest run -p reelpress-assemble golden` writes these
//! anew after a change that is meant.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::replace;
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use reelpress_templates::catalogue::built_in;
use reelpress_templates::template::Brand;

use crate::compose::ScenePainter;
use crate::testing::{assemble_settings, fonts, template};
use crate::yuv::Planes;
use crate::{Sample, preview, ssim};

/// Less alike than this is another picture.
const ALIKE: f64 = 0.995;
/// Of the preview's five scenes.
const SCENES: [usize; 3] = [0, 2, 4];

/// The scenes side by side, each at two thirds of its length: what comes in is there by then, and nothing goes yet.
fn strip(name: &str) -> RgbImage {
    let settings = assemble_settings();
    let plan = preview(&template(name), &Brand::default(), &settings, &Sample::default()).unwrap().plan;
    let mut strip = RgbImage::new(settings.width * SCENES.len() as u32, settings.height);
    for (place, scene) in SCENES.into_iter().enumerate() {
        let scene = &plan.scenes[scene];
        let frame = scene.frames * 2 / 3;
        let mut painter = ScenePainter::new(plan.canvas, Arc::clone(scene), &fonts()).unwrap();
        let mut planes = Planes::black(settings.width, settings.height);
        painter.paint(frame, &mut planes.as_mut()).unwrap();
        painter.paint_over(frame, &mut planes.as_mut()).unwrap();
        replace(&mut strip, &planes.to_rgb(), place as i64 * i64::from(settings.width), 0);
    }
    strip
}

/// As small as it gets: these files are kept with the code.
fn write(picture: &RgbImage, file: &Path) {
    let encoder =
        PngEncoder::new_with_quality(File::create(file).unwrap(), CompressionType::Best, FilterType::Adaptive);
    encoder.write_image(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::Rgb8).unwrap();
}

fn luma(picture: &RgbImage) -> Vec<u8> {
    let weighed = |[red, green, blue]: [u8; 3]| {
        (0.2126 * f32::from(red) + 0.7152 * f32::from(green) + 0.0722 * f32::from(blue)).round() as u8
    };
    picture.pixels().map(|pixel| weighed(pixel.0)).collect()
}

#[test]
fn templates_look_as_they_did() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/golden"));
    let mut unlike = Vec::new();
    for name in built_in() {
        let (now, file) = (strip(name), folder.join(format!("{name}.png")));
        if std::env::var_os("REELPRESS_WRITE_PAGES").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            write(&now, &file);
        }
        let then = image::open(&file).map(image::DynamicImage::into_rgb8);
        let then = then.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let alike = ssim(&luma(&then), &luma(&now), now.width() as usize);
        if alike < ALIKE {
            unlike.push(format!("{name}: {alike:.4}"));
        }
    }
    assert!(unlike.is_empty(), "these look different (if it is meant, write them anew): {unlike:?}");
}

#[test]
fn another_palette_is_not_taken_for_the_same_picture() {
    let mut names = built_in();
    let (one, other) = (strip(names.next().unwrap()), strip(names.next().unwrap()));
    assert!(ssim(&luma(&one), &luma(&other), one.width() as usize) < ALIKE);
}
