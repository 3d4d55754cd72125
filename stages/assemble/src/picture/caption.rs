//! Captions: the spoken words in small groups, the one that is heard standing out from its very first frame.

use reelpress_templates::{Align, Backing, Colour, Highlight, Look, Palette};

use super::layout::Layout;
use super::mask::{Mask, RoundBox};
use super::planes::{PlanesMut, Rect};
use super::sprite::{Layers, Laying, Sprite};
use super::text::{Room, Style, TextBlock, Typesetter};
use super::words::{Group, Spoken};

/// Size of the spoken word in its first frames, as shares of the look's `pop`.
const POP: [f32; 3] = [1.0, 0.75, 0.3];

/// Paints the captions of one video.
pub(crate) struct Captions {
    groups: Vec<Group>,
    style: Style,
    shown: Option<Shown>,
}

/// One group with all that does not change from word to word.
struct Set {
    group: usize,
    block: TextBlock,
    /// The block's corner within `area`.
    corner: (f32, f32),
    area: Rect,
    /// Panel, shadow and outline.
    ground: Layers,
}

struct Shown {
    set: Set,
    state: Spoken,
    sprite: Sprite,
}

impl Captions {
    pub(crate) fn new(groups: Vec<Group>, look: &Look, family: String, layout: &Layout) -> Self {
        let style = Style {
            family,
            weight: look.fonts.body.weight,
            size: layout.share(look.caption.size),
            leading: if look.caption.highlight == Highlight::Box { 1.34 } else { 1.22 },
            align: Align::Centre,
            gap: if look.caption.highlight == Highlight::Box { 0.15 } else { 0.12 },
        };
        Self { groups, style, shown: None }
    }

    /// Lays what is spoken at `frame` over it.
    pub(crate) fn paint(
        &mut self,
        frame: u64,
        (look, layout): (&Look, &Layout),
        typesetter: &mut Typesetter,
        into: &mut PlanesMut<'_>,
    ) {
        let at = self.groups.partition_point(|group| group.first_frame <= frame);
        let Some(index) = at.checked_sub(1).filter(|index| frame < self.groups[*index].end_frame) else { return };
        let state = self.groups[index].spoken(frame, POP.len() as u64);
        let known = self.shown.as_ref().is_some_and(|shown| shown.set.group == index && shown.state == state);
        if !known {
            let set = match self.shown.take() {
                Some(shown) if shown.set.group == index => shown.set,
                Some(_) | None => self.set_group(index, (look, layout), typesetter),
            };
            let sprite = compose(&set, state, look, typesetter);
            typesetter.trim();
            self.shown = Some(Shown { set, state, sprite });
        }
        if let Some(shown) = &self.shown {
            shown.sprite.lay(into, Laying::PLAIN);
        }
    }

    fn set_group(&self, index: usize, (look, layout): (&Look, &Layout), typesetter: &mut Typesetter) -> Set {
        let words: Vec<String> = self.groups[index]
            .words
            .iter()
            .map(|word| if look.caption.capitals { word.to_uppercase() } else { word.clone() })
            .collect();
        let (panel_across, panel_down) = padding(look, self.style.size);
        let room = Room {
            width: layout.caption.width as f32 - 2.0 * panel_across,
            height: layout.caption.height as f32 - 2.0 * panel_down,
            lines: 2,
        };
        let block = typesetter.set(&words, &self.style, room);
        let middle = (
            layout.caption.x as f32 + layout.caption.width as f32 / 2.0,
            layout.caption.y as f32 + layout.caption.height as f32 / 2.0,
        );
        let corner = (middle.0 - block.width / 2.0, middle.1 - block.height / 2.0);
        // Room for pop, outline and shadow; what still passes the captions' room is only the end of a soft shadow.
        let extra = (self.style.size * 0.6, self.style.size * 0.5);
        let area = Rect {
            x: (corner.0 - panel_across - extra.0).max(0.0) as usize,
            y: (corner.1 - panel_down - extra.1).max(0.0) as usize,
            width: (block.width + 2.0 * (panel_across + extra.0)) as usize + 2,
            height: (block.height + 2.0 * (panel_down + extra.1)) as usize + 2,
        };
        let area = area.even().within(&layout.caption);
        let corner = (corner.0 - area.x as f32, corner.1 - area.y as f32);
        let ground = ground(&block, corner, area, look, typesetter);
        Set { group: index, block, corner, area, ground }
    }
}

/// Free room between the words and the edge of the captions' room.
fn padding(look: &Look, size: f32) -> (f32, f32) {
    match look.caption.backing {
        Backing::Panel => (size * 0.85, size * 0.50),
        Backing::Outline | Backing::Shadow => (size * 0.30, size * 0.20),
    }
}

fn outline_radius(size: f32) -> usize {
    (size * 0.075).round().max(1.0) as usize
}

/// The lightest of a palette's neutral colours, and a shade of its darkest that is dark in any palette.
fn light_and_dark(palette: &Palette) -> (Colour, Colour) {
    let mut neutrals = [palette.base, palette.ink, palette.surface];
    neutrals.sort_by(|one, two| one.contrast(Colour::BLACK).total_cmp(&two.contrast(Colour::BLACK)));
    let (light, mut dark) = (neutrals[2], neutrals[0]);
    if dark.contrast(Colour::BLACK) > 1.6 {
        [dark.red, dark.green, dark.blue] = [dark.red, dark.green, dark.blue].map(|channel| channel / 4);
    }
    (light, dark)
}

fn ink(look: &Look) -> Colour {
    match look.caption.backing {
        Backing::Panel => look.palette.reading_on(look.palette.surface),
        Backing::Outline | Backing::Shadow => light_and_dark(&look.palette).0,
    }
}

fn ground(block: &TextBlock, corner: (f32, f32), area: Rect, look: &Look, typesetter: &mut Typesetter) -> Layers {
    let mut layers = Layers::new(area);
    let size = block.size;
    let dark = light_and_dark(&look.palette).1;
    match look.caption.backing {
        Backing::Panel => {
            let (across, down) = padding(look, size);
            let panel = RoundBox {
                left: corner.0,
                top: corner.1,
                right: corner.0 + block.width,
                bottom: corner.1 + block.height,
                radius: size * 0.55,
            }
            .grown(across, down);
            let mut shape = layers.mask();
            shape.put_box(RoundBox { top: panel.top + size * 0.12, bottom: panel.bottom + size * 0.12, ..panel });
            layers.put(&shape.blurred((size * 0.22) as usize + 1), Colour::BLACK, 0.30);
            let mut shape = layers.mask();
            shape.put_box(panel);
            layers.put(&shape, look.palette.surface, 0.96);
        }
        Backing::Outline => {
            let letters = letters(block, corner, &layers, typesetter);
            let outline = letters.dilated(outline_radius(size));
            layers.put(&outline.blurred((size * 0.16) as usize + 1), Colour::BLACK, 0.55);
            layers.put(&outline, dark, 1.0);
        }
        Backing::Shadow => {
            let letters = letters(block, corner, &layers, typesetter).dilated((size * 0.035).ceil() as usize);
            layers.put(&letters.blurred((size * 0.30) as usize + 1), dark, 0.75);
            layers.put(&letters.blurred((size * 0.07) as usize + 1), dark, 0.85);
        }
    }
    layers
}

fn letters(block: &TextBlock, corner: (f32, f32), layers: &Layers, typesetter: &mut Typesetter) -> Mask {
    let mut mask = layers.mask();
    typesetter.draw(block, corner, &mut mask, |_| Some(1.0));
    mask
}

fn compose(set: &Set, state: Spoken, look: &Look, typesetter: &mut Typesetter) -> Sprite {
    let mut layers = set.ground.clone();
    debug_assert_eq!(layers.area(), set.area, "the ground was made for this place");
    let pop = state.phase.map_or(0.0, |phase| POP[phase.min(POP.len() - 1)]);
    let scale = 1.0 + look.caption.pop * pop;
    let colour = look.caption.highlight_colour;
    let boxed = look.caption.highlight == Highlight::Box;
    if boxed && let Some(shape) = state.word.and_then(|word| set.block.word_box(word)) {
        let size = set.block.size;
        let moved = RoundBox {
            left: shape.left + set.corner.0,
            top: shape.top + set.corner.1,
            right: shape.right + set.corner.0,
            bottom: shape.bottom + set.corner.1,
            radius: size * 0.20,
        };
        let mut mask = layers.mask();
        mask.put_box(moved.grown(size * 0.15, size * 0.07).scaled(scale));
        layers.put(&mask, colour, 1.0);
    }
    let mut others = layers.mask();
    typesetter.draw(&set.block, set.corner, &mut others, |word| (Some(word) != state.word).then_some(1.0));
    layers.put(&others, ink(look), 1.0);
    if state.word.is_some() {
        let mut spoken = layers.mask();
        typesetter.draw(&set.block, set.corner, &mut spoken, |word| (Some(word) == state.word).then_some(scale));
        if scale > 1.0 && look.caption.backing == Backing::Outline && !boxed {
            let outline = spoken.dilated(outline_radius(set.block.size));
            layers.put(&outline, light_and_dark(&look.palette).1, 1.0);
        }
        layers.put(&spoken, if boxed { look.palette.reading_on(colour) } else { colour }, 1.0);
    }
    layers.finish()
}
