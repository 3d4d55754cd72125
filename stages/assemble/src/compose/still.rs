//! Layers that stay as they are: gradients, forms, the logo.

use image::{Rgba, RgbaImage};
use reelpress_templates::template::{Direction, Gradient, Shape, ShapeForm};
use reelpress_templates::{Colour, Palette};

use super::form::{Form, Mark};
use super::place::{Field, held};
use crate::picture::PictureError;
use crate::picture::Rect;
use crate::picture::mask::RoundBox;
use crate::picture::planes::bt709_of;
use crate::picture::shade::Shade;
use crate::picture::sprite::{Layers, Sprite};
use crate::plan::Media;
use crate::source;

/// How far a shadow reaches to each side, and how far it lies below, as shares of the reference height.
const SHADOW: (f32, f32) = (0.012, 0.005);
/// How dark the darkest shadow is.
const DARKEST: f32 = 0.6;
/// Width of the lines of a tick or a cross without a stroke, as a share of the form's shorter side.
const PEN: f32 = 0.16;

/// A gradient as large as its place.
pub(crate) fn gradient(gradient: &Gradient, area: Rect, palette: &Palette) -> Shade {
    let from = (gradient.from.of(palette).channels(), held(gradient.from_opacity, 0.0, 1.0));
    let to = (gradient.to.of(palette).channels(), held(gradient.to_opacity, 0.0, 1.0));
    match gradient.towards {
        Direction::Right => Shade::new(area, from, to, true),
        Direction::Left => Shade::new(area, to, from, true),
        Direction::Down => Shade::new(area, from, to, false),
        Direction::Up => Shade::new(area, to, from, false),
    }
}

/// A plain form, as large as its place.
pub(crate) fn form(shape: &Shape, area: Rect, field: &Field) -> Form {
    let [left, top, right, bottom] = [area.x as f32, area.y as f32, area.right() as f32, area.bottom() as f32];
    let (width, height) = (right - left, bottom - top);
    let middle = (left + width / 2.0, top + height / 2.0);
    let (short, stroke) = (width.min(height), field.length(shape.stroke));
    let pen = if stroke > 0.0 { stroke } else { short * PEN }.min(short) / 2.0;
    // A point as shares of the largest square, its line's width left free on all sides.
    let side = short - 2.0 * pen;
    let at = |x: f32, y: f32| (middle.0 + side * (x - 0.5), middle.1 + side * (y - 0.5));
    match shape.form {
        ShapeForm::Box => {
            Form::Box { shape: RoundBox { left, top, right, bottom, radius: field.length(shape.corner) }, stroke }
        }
        ShapeForm::Ellipse => Form::Ellipse { middle, radii: (width / 2.0, height / 2.0), stroke },
        ShapeForm::Circle => Form::Ellipse { middle, radii: (short / 2.0, short / 2.0), stroke },
        ShapeForm::Triangle => Form::Triangle { left, top, right, bottom, stroke },
        ShapeForm::Line => {
            let half = if stroke > 0.0 { stroke.min(short) } else { short } / 2.0;
            if width >= height {
                Form::filled([left, middle.1 - half, right, middle.1 + half], half)
            } else {
                Form::filled([middle.0 - half, top, middle.0 + half, bottom], half)
            }
        }
        ShapeForm::Check => Form::Strokes {
            segments: vec![[at(0.0, 0.55), at(0.36, 0.92)], [at(0.36, 0.92), at(1.0, 0.08)]],
            radius: pen,
        },
        ShapeForm::Cross => {
            Form::Strokes { segments: vec![[at(0.0, 0.0), at(1.0, 1.0)], [at(1.0, 0.0), at(0.0, 1.0)]], radius: pen }
        }
    }
}

/// How a shape is painted.
pub(crate) enum Drawn {
    /// So plain that it is painted again in each frame.
    Mark(Mark),
    /// Drawn once.
    Sprite(Box<Sprite>),
}

/// How soft its shadow is and how far it lies below, in pixels.
fn shadow_of(shape: &Shape, field: &Field) -> (usize, usize) {
    if held(shape.shadow, 0.0, 1.0) > 0.0 {
        ((field.length(SHADOW.0) as usize).max(2), (field.length(SHADOW.1) as usize).max(1))
    } else {
        (0, 0)
    }
}

/// What a shape and its shadow touch.
pub(crate) fn reached(shape: &Shape, area: Rect, field: &Field) -> Rect {
    let (soft, below) = shadow_of(shape, field);
    let reach = 2 * soft + below;
    let grown = Rect {
        x: area.x.saturating_sub(reach),
        y: area.y.saturating_sub(reach),
        width: area.width + reach + reach.min(area.x),
        height: area.height + reach + reach.min(area.y),
    };
    grown.within(&field.frame())
}

/// A shape, its shadow under it.
pub(crate) fn shape(shape: &Shape, area: Rect, palette: &Palette, field: &Field) -> Drawn {
    let colour = shape.colour.of(palette);
    let form = form(shape, area, field);
    let shadow = held(shape.shadow, 0.0, 1.0);
    if shadow <= 0.0 && matches!(form, Form::Box { stroke: 0.0, .. }) {
        return Drawn::Mark(Mark { form, ink: bt709_of(colour), opacity: 1.0 });
    }
    let (soft, below) = shadow_of(shape, field);
    let mut layers = Layers::new(reached(shape, area, field));
    let mut mask = layers.mask();
    form.put(layers.area(), &mut mask);
    if shadow > 0.0 {
        let mut under = layers.mask();
        under.put((0, below as i32), mask.width, &mask.data);
        layers.put(&under.blurred(soft), Colour::BLACK, shadow * DARKEST);
    }
    layers.put(&mask, colour, 1.0);
    Drawn::Sprite(Box::new(layers.finish()))
}

/// The logo, whole, in the middle of its place.
pub(crate) fn logo(media: &Media, area: Rect) -> Result<Sprite, PictureError> {
    let picture = source::with_transparency(&media.path)?;
    let scale = (area.width as f32 / picture.width() as f32).min(area.height as f32 / picture.height() as f32);
    let side = |length: u32, most: usize| ((length as f32 * scale).round() as usize).clamp(1, most);
    let (width, height) = (side(picture.width(), area.width), side(picture.height(), area.height));
    // Colours count as much as they are seen: what lies under full transparency is often black.
    let mut seen: RgbaImage = picture;
    for Rgba([red, green, blue, alpha]) in seen.pixels_mut() {
        for channel in [red, green, blue] {
            *channel = ((u16::from(*channel) * u16::from(*alpha) + 127) / 255) as u8;
        }
    }
    let small = image::imageops::resize(&seen, width as u32, height as u32, image::imageops::FilterType::Triangle);
    let mut layers = Layers::new(Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    });
    // The sprite's edges are even, the logo's need not be.
    let (left, top) =
        (area.x + (area.width - width) / 2 - layers.area().x, area.y + (area.height - height) / 2 - layers.area().y);
    layers.put_each(|x, y| {
        let inside = x >= left && y >= top && x < left + width && y < top + height;
        if !inside {
            return ([0.0; 3], 0.0);
        }
        let Rgba([red, green, blue, alpha]) = *small.get_pixel((x - left) as u32, (y - top) as u32);
        let share = |channel: u8| f32::from(channel) / f32::from(alpha.max(1));
        ([share(red), share(green), share(blue)].map(|channel| channel.min(1.0)), f32::from(alpha) / 255.0)
    });
    Ok(layers.finish())
}
