//! The text of a scene: a title card for the first, a card for each of the others, with a short entrance.

use reelpress_templates::{Align, Card, Colour, Look};

use super::layout::Layout;
use super::mask::RoundBox;
use super::planes::{PlanesMut, Rect};
use super::sprite::{Layers, Laying, Sprite};
use super::text::{Room, Style, TextBlock, Typesetter};

/// Seconds of the entrance.
const ENTER_SECONDS: f32 = 0.40;
/// Seconds of the exit.
const LEAVE_SECONDS: f32 = 0.20;
/// How far a card rises while it enters, as a share of the height.
const RISE: f32 = 0.022;

/// What one scene says.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) text: String,
    pub(crate) first_frame: u64,
    pub(crate) end_frame: u64,
    /// The first scene's text stands from the first frame: that frame is what people see before they press play.
    pub(crate) title: bool,
    /// Its place in a list, from 1.
    pub(crate) number: Option<usize>,
    /// The last scene's text stays to the end.
    pub(crate) last: bool,
}

/// Paints the texts of the scenes of one video.
pub(crate) struct Headlines {
    statements: Vec<Statement>,
    family: String,
    shown: Option<(usize, Option<Sprite>)>,
}

impl Headlines {
    pub(crate) fn new(statements: Vec<Statement>, family: String) -> Self {
        Self { statements, family, shown: None }
    }

    /// Lays the text of scene `scene` over the frame.
    pub(crate) fn paint(
        &mut self,
        (scene, frame, fps): (usize, u64, u32),
        (look, layout): (&Look, &Layout),
        typesetter: &mut Typesetter,
        into: &mut PlanesMut<'_>,
    ) {
        let Some(statement) = self.statements.get(scene) else { return };
        if self.shown.as_ref().is_none_or(|(shown, _)| *shown != scene) {
            self.shown = Some((scene, compose(statement, &self.family, look, layout, typesetter)));
        }
        let Some((_, Some(sprite))) = &self.shown else { return };
        let card = if statement.title { look.headline.title } else { look.headline.scene };
        sprite.lay(into, laying(statement, card, sprite.area.width, (frame, fps), layout));
    }
}

fn laying(statement: &Statement, card: Card, width: usize, (frame, fps): (u64, u32), layout: &Layout) -> Laying {
    let seconds = |frames: u64| frames as f32 / fps as f32;
    let entered = if statement.title {
        1.0
    } else {
        (seconds(frame.saturating_sub(statement.first_frame) + 1) / ENTER_SECONDS).min(1.0)
    };
    let left = if statement.last {
        1.0
    } else {
        (seconds(statement.end_frame.saturating_sub(frame)) / LEAVE_SECONDS).min(1.0)
    };
    // Fast at first, then coming to rest.
    let arrived = 1.0 - (1.0 - entered).powi(3);
    let opacity = |share: f32| (share * 256.0) as u16;
    match card {
        Card::Strips => Laying {
            down: 0,
            opacity: opacity(left),
            columns: (0, if entered < 1.0 { (arrived * width as f32) as usize } else { usize::MAX }),
            ..Laying::PLAIN
        },
        Card::Rule | Card::Card | Card::Bar | Card::Number => Laying {
            down: (layout.share(RISE) * (1.0 - arrived)) as isize,
            opacity: opacity(arrived.min(left)),
            ..Laying::PLAIN
        },
    }
}

/// The parts that every kind of card is made with.
struct Sheet<'a> {
    look: &'a Look,
    layers: Layers,
    block: TextBlock,
    /// The text's corner within the layers.
    corner: (f32, f32),
    size: f32,
}

fn compose(
    statement: &Statement,
    family: &str,
    look: &Look,
    layout: &Layout,
    typesetter: &mut Typesetter,
) -> Option<Sprite> {
    let card = if statement.title { look.headline.title } else { look.headline.scene };
    let card = if card == Card::Number && statement.number.is_none() { Card::Card } else { card };
    let wanted = layout.share(if statement.title { look.headline.title_size } else { look.headline.scene_size });
    let style = Style {
        family: family.to_owned(),
        weight: look.fonts.headline.weight,
        size: wanted,
        leading: look.headline.leading,
        align: look.headline.align,
        gap: 0.0,
    };
    let text = if look.headline.capitals { statement.text.to_uppercase() } else { statement.text.clone() };
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    // A card never covers the place it rises from: the room below stays free for the entrance.
    let area = Rect { height: layout.headline.height.saturating_sub(layout.share(RISE) as usize), ..layout.headline };
    let (left, top, right, bottom) = insets(card, wanted);
    let room = Room {
        width: (area.width as f32 - left - right).max(1.0),
        height: (area.height as f32 - top - bottom).max(1.0),
        lines: if statement.title { 5 } else { 4 },
    };
    let block = typesetter.set(&words, &style, room);
    if block.is_empty() {
        return None;
    }
    let start = match look.headline.align {
        Align::Centre => left + (room.width - block.width) / 2.0,
        // The wider inset is on the side where reading starts.
        Align::Start if block.rtl => area.width as f32 - left - block.width,
        Align::Start => left,
    };
    let used = Rect { height: ((top + block.height + bottom) as usize + 2).min(area.height), ..area };
    let mut sheet = Sheet { look, layers: Layers::new(used), block, corner: (start, top), size: wanted };
    match card {
        Card::Rule => sheet.rule(typesetter),
        Card::Strips => sheet.strips(typesetter),
        Card::Card => sheet.card(typesetter),
        Card::Bar => sheet.bar(typesetter),
        Card::Number => sheet.number(statement.number.unwrap_or(1), family, typesetter),
    }
    Some(sheet.layers.finish())
}

/// Free room left of, above, right of and below the text, in pixels.
fn insets(card: Card, size: f32) -> (f32, f32, f32, f32) {
    let [left, top, right, bottom] = match card {
        Card::Rule => [0.12, 0.62, 0.12, 0.25],
        Card::Strips => [0.52, 0.10, 0.34, 0.20],
        Card::Card => [0.80, 0.85, 0.80, 1.05],
        Card::Bar => [0.85, 0.60, 0.60, 0.75],
        Card::Number => [0.80, 2.10, 0.80, 0.95],
    };
    (left * size, top * size, right * size, bottom * size)
}

impl Sheet<'_> {
    fn width(&self) -> f32 {
        self.layers.area().width as f32
    }

    fn put_box(&mut self, shape: RoundBox, colour: Colour, opacity: f32) {
        let mut mask = self.layers.mask();
        mask.put_box(shape);
        self.layers.put(&mask, colour, opacity);
    }

    fn put_shadow(&mut self, shape: RoundBox, opacity: f32) {
        let down = self.size * 0.10;
        let mut mask = self.layers.mask();
        mask.put_box(RoundBox { top: shape.top + down, bottom: shape.bottom + down, ..shape });
        self.layers.put(&mask.blurred((self.size * 0.16) as usize + 1), Colour::BLACK, opacity);
    }

    fn put_text(&mut self, typesetter: &mut Typesetter, colour: Colour, shadow: Option<Colour>) {
        let mut mask = self.layers.mask();
        typesetter.draw(&self.block, self.corner, &mut mask, |_| Some(1.0));
        if let Some(shadow) = shadow {
            self.layers.put(&mask.blurred((self.size * 0.22) as usize + 1), shadow, 0.8);
            self.layers.put(&mask.blurred((self.size * 0.05) as usize + 1), shadow, 0.35);
        }
        self.layers.put(&mask, colour, 1.0);
    }

    /// The whole card, less a little room for its shadow.
    fn panel(&self, left: f32) -> RoundBox {
        RoundBox {
            left,
            top: self.size * 0.06,
            right: self.width() - self.size * 0.06,
            bottom: self.corner.1 + self.block.height + self.size * 0.62,
            radius: self.size * 0.42,
        }
    }

    fn rule(&mut self, typesetter: &mut Typesetter) {
        let (accent, base) = (self.look.palette.accent, self.look.palette.base);
        let (thick, long) = (self.size * 0.11, self.size * 1.5);
        let left = match self.look.headline.align {
            Align::Centre => (self.width() - long) / 2.0,
            Align::Start if self.block.rtl => self.corner.0 + self.block.width - long,
            Align::Start => self.corner.0,
        };
        let rule = RoundBox {
            left,
            top: self.size * 0.10,
            right: left + long,
            bottom: self.size * 0.10 + thick,
            radius: thick / 2.0,
        };
        self.put_box(rule, accent, 1.0);
        self.put_text(typesetter, self.look.palette.ink, Some(base));
    }

    fn strips(&mut self, typesetter: &mut Typesetter) {
        let palette = self.look.palette;
        let (across, down) = (self.block.size * 0.30, self.block.size * 0.25);
        let bar = self.size * 0.14;
        let lines = self.block.lines.clone();
        for line in &lines {
            let (top, bottom) = line.letters(self.block.size);
            let shape = RoundBox {
                left: self.corner.0 + line.left - across,
                top: self.corner.1 + top - down,
                right: self.corner.0 + line.right + across,
                bottom: self.corner.1 + bottom + down,
                radius: self.size * 0.05,
            };
            self.put_shadow(shape, 0.35);
        }
        for (at, line) in lines.iter().enumerate() {
            let (top, bottom) = line.letters(self.block.size);
            let left = self.corner.0 + line.left - across;
            let shape = RoundBox {
                left,
                top: self.corner.1 + top - down,
                right: self.corner.0 + line.right + across,
                bottom: self.corner.1 + bottom + down,
                radius: 0.0,
            };
            self.put_box(shape, palette.surface, 1.0);
            if at == 0 || self.look.headline.align == Align::Start {
                let (left, right) = if self.block.rtl { (shape.right - bar, shape.right) } else { (left, left + bar) };
                self.put_box(RoundBox { left, right, ..shape }, palette.accent, 1.0);
            }
        }
        self.put_text(typesetter, palette.reading_on(palette.surface), None);
    }

    fn card(&mut self, typesetter: &mut Typesetter) {
        let palette = self.look.palette;
        let panel = self.panel(self.size * 0.06);
        self.put_shadow(panel, 0.40);
        self.put_box(panel, palette.surface, 1.0);
        let (middle, long, thick) = (self.width() / 2.0, self.size * 0.9, self.size * 0.10);
        let top = panel.top + self.size * 0.36;
        let rule = RoundBox {
            left: middle - long / 2.0,
            top,
            right: middle + long / 2.0,
            bottom: top + thick,
            radius: thick / 2.0,
        };
        self.put_box(rule, palette.base, 1.0);
        self.put_text(typesetter, palette.reading_on(palette.surface), None);
    }

    fn bar(&mut self, typesetter: &mut Typesetter) {
        let palette = self.look.palette;
        let mut panel = self.panel(self.size * 0.06);
        if self.block.rtl {
            panel.left = panel.left.max(self.corner.0 - self.size * 0.60);
        } else {
            panel.right = panel.right.min(self.corner.0 + self.block.width + self.size * 0.60);
        }
        panel.top = self.size * 0.06;
        self.put_shadow(panel, 0.35);
        self.put_box(panel, palette.surface, 0.86);
        let (thick, inset) = (self.size * 0.13, self.size * 0.42);
        let left = if self.block.rtl { panel.right - self.size * 0.30 - thick } else { panel.left + self.size * 0.30 };
        let bar = RoundBox {
            left,
            top: panel.top + inset,
            right: left + thick,
            bottom: panel.bottom - inset,
            radius: self.size * 0.07,
        };
        self.put_box(bar, palette.accent, 1.0);
        self.put_text(typesetter, palette.reading_on(palette.surface), None);
    }

    fn number(&mut self, number: usize, family: &str, typesetter: &mut Typesetter) {
        let palette = self.look.palette;
        let radius = self.size * 0.95;
        let middle = (self.width() / 2.0, radius + self.size * 0.10);
        let panel = RoundBox { top: middle.1, ..self.panel(self.size * 0.06) };
        self.put_shadow(panel, 0.40);
        self.put_box(panel, palette.surface, 1.0);
        let disc = |radius: f32| RoundBox {
            left: middle.0 - radius,
            top: middle.1 - radius,
            right: middle.0 + radius,
            bottom: middle.1 + radius,
            radius,
        };
        self.put_box(disc(radius), palette.surface, 1.0);
        self.put_box(disc(radius * 0.86), palette.base, 1.0);
        let style = Style {
            family: family.to_owned(),
            weight: self.look.fonts.headline.weight,
            size: self.size * 1.15,
            leading: 1.0,
            align: Align::Centre,
            gap: 0.0,
        };
        let room = Room { width: radius * 1.4, height: radius * 1.5, lines: 1 };
        let numeral = typesetter.set(&[number.to_string()], &style, room);
        let mut mask = self.layers.mask();
        let corner = (middle.0 - numeral.width / 2.0, middle.1 - numeral.height / 2.0);
        typesetter.draw(&numeral, corner, &mut mask, |_| Some(1.0));
        self.layers.put(&mask, palette.accent, 1.0);
        self.put_text(typesetter, palette.reading_on(palette.surface), None);
    }
}
