//! Where captions are seen, without drawing one.

use reelpress_templates::Colour;
use reelpress_templates::template::CaptionStyle;

use super::{Brush, CaptionTrack, POP, Shown, State};
use crate::compose::text::grown;
use crate::picture::planes::Rect;
use crate::picture::text::Typesetter;

/// A group of words as it is seen.
pub(crate) struct SeenGroup {
    /// Its first frame, and the first after it; counted from the scene's first.
    pub(crate) frames: (u64, u64),
    /// All that its letters, outlines and grounds touch, in pixels of the frame.
    pub(crate) area: Rect,
    pub(crate) text: String,
    /// Type size in pixels.
    pub(crate) size: f32,
    /// Of its letters.
    pub(crate) colours: Vec<Colour>,
}

impl CaptionTrack {
    /// All groups, in order; those of which nothing is seen are left out.
    pub(crate) fn seen(&self, typesetter: &mut Typesetter) -> Vec<SeenGroup> {
        let is_marked = match self.captions.style {
            CaptionStyle::WordHighlight | CaptionStyle::Box | CaptionStyle::Pop | CaptionStyle::Karaoke => true,
            CaptionStyle::TwoLine | CaptionStyle::None => false,
        };
        let mut colours = vec![self.colours.plain];
        colours.extend(Some(self.colours.marked).filter(|marked| is_marked && *marked != self.colours.plain));
        let groups = self.groups.iter().enumerate().filter_map(|(index, group)| {
            let shown = self.lay_out(index, typesetter);
            let area = self.area_of(&shown, typesetter)?;
            typesetter.trim();
            Some(SeenGroup {
                frames: (group.first_frame, group.end_frame),
                area,
                text: group.words.join(" "),
                size: shown.block.size,
                colours: colours.clone(),
            })
        });
        groups.collect()
    }

    fn area_of(&self, shown: &Shown, typesetter: &mut Typesetter) -> Option<Rect> {
        let mut area = self.ground_area(shown, typesetter)?;
        let brush = Brush { ground: &self.ground, colours: &self.colours, place: self.place };
        let states: Vec<State> = match self.captions.style {
            CaptionStyle::Pop => (0..POP.len()).map(State::Popped).collect(),
            CaptionStyle::Box => vec![State::Marked],
            // These reach no further than the block's own letters.
            CaptionStyle::WordHighlight | CaptionStyle::Karaoke | CaptionStyle::TwoLine | CaptionStyle::None => {
                Vec::new()
            }
        };
        for word in 0..shown.words.len() {
            for state in &states {
                if let Some(own) = shown.area(word, *state, &brush, typesetter) {
                    area = grown(area, &own, 0.0);
                }
            }
        }
        Some(area)
    }
}
