//! Safe zones: which part of a frame stays free of a platform's own buttons, names and texts.
//!
//! **Where the figures come from.** They are our own judgement of how the three players are laid out (a row of tabs above,
//! a column of buttons at the right, account and caption below), on the careful side. They are not measured on devices, and
//! no platform publishes binding figures for posts; players differ by phone, language and month. What is published is for
//! *advertisements*, which have a button and a longer caption below and so lose more: as quoted by others in 2026 and not
//! seen by us at the source, Meta asks for 14 % above, 35 % below and 6 % at each side free on Reels, Google for 15 % above,
//! 35 % below, 4.4 % at the left and 17.8 % at the right on Shorts; Tiktok gives files to lay over the frame, and no
//! figures. Ours keep less free than that above and below, and less than Google's at the right. Whoever presses
//! advertisements wants more, and whoever doubts a figure should look at a draft on a phone before a run.
//!
//! A frame that is not 9:16 is shown in the middle of the player, so the bars above and below it take the player's rows of
//! text, and only the column of buttons still lies over it. Nobody publishes figures for these; ours are guesses by that
//! geometry. Players in a right-to-left language have the column at the left (Tiktok has files of their own for it); the
//! zones here are those of the others, so such a cut is safest with as much free at the left: not done yet.

use reelpress_config::SafeZone;

use crate::template::{Place, Within};

/// The shapes of frames that have figures of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// 9:16, a phone's whole screen.
    Upright,
    /// 4:5, the tallest of feeds.
    Portrait,
    /// 1:1.
    Square,
    /// 16:9.
    Wide,
}

impl Shape {
    /// All of them, the first choice first.
    pub const ALL: [Self; 4] = [Self::Upright, Self::Portrait, Self::Square, Self::Wide];

    /// The shape that a frame is nearest to.
    #[must_use]
    pub fn of(width: u32, height: u32) -> Self {
        let aspect = f64::from(width) / f64::from(height.max(1));
        // The borders are the geometric means of neighbours.
        match aspect {
            aspect if aspect < 0.670_8 => Self::Upright,
            aspect if aspect < 0.894_4 => Self::Portrait,
            aspect if aspect < 1.333_3 => Self::Square,
            _ => Self::Wide,
        }
    }

    /// Pixels of the usual frame: width, height.
    #[must_use]
    pub fn size(self) -> (u32, u32) {
        match self {
            Self::Upright => (1_080, 1_920),
            Self::Portrait => (1_080, 1_350),
            Self::Square => (1_080, 1_080),
            Self::Wide => (1_920, 1_080),
        }
    }

    /// `9:16`.
    #[must_use]
    pub fn ratio(self) -> &'static str {
        match self {
            Self::Upright => "9:16",
            Self::Portrait => "4:5",
            Self::Square => "1:1",
            Self::Wide => "16:9",
        }
    }
}

/// Shares of the frame that are covered: left, right, top, bottom.
type Covered = [f32; 4];

/// Judged, not measured. Tiktok: tabs above (the search and "Following"/"For you" row), account, caption and sound line below, a column of five
/// buttons on the right that is the widest of the three.
const TIKTOK: [Covered; 4] =
    [[0.06, 0.14, 0.08, 0.22], [0.06, 0.14, 0.05, 0.11], [0.06, 0.14, 0.05, 0.07], [0.06, 0.12, 0.06, 0.10]];
/// Judged, not measured (Meta's 14 %, 35 % and 6 % are for advertisements). Reels: the title row and the camera button above, account, follow button and caption below.
const REELS: [Covered; 4] =
    [[0.06, 0.12, 0.10, 0.21], [0.06, 0.12, 0.05, 0.10], [0.06, 0.12, 0.05, 0.07], [0.06, 0.10, 0.06, 0.09]];
/// Judged, not measured (Google's 15 %, 35 %, 4.4 % and 17.8 % are for advertisements). Shorts: search and menu above, channel, title and the seek line below; the buttons are smaller, the title is lower.
const SHORTS: [Covered; 4] =
    [[0.06, 0.13, 0.09, 0.20], [0.06, 0.13, 0.05, 0.09], [0.06, 0.13, 0.05, 0.07], [0.06, 0.10, 0.06, 0.10]];

/// The part of a frame of this size that the platform leaves free, as shares of the frame.
#[must_use]
pub fn zone(platform: SafeZone, width: u32, height: u32) -> Place {
    let shape = Shape::of(width, height) as usize;
    let tables: &[[Covered; 4]] = match platform {
        SafeZone::All => &[TIKTOK, REELS, SHORTS],
        SafeZone::Tiktok => &[TIKTOK],
        SafeZone::Reels => &[REELS],
        SafeZone::Shorts => &[SHORTS],
    };
    let mut most = [0.0_f32; 4];
    for covered in tables.iter().map(|table| table[shape]) {
        for (most, side) in most.iter_mut().zip(covered) {
            *most = most.max(side);
        }
    }
    let [left, right, top, bottom] = most;
    Place { within: Within::Frame, x: left, y: top, width: 1.0 - left - right, height: 1.0 - top - bottom }
}

#[cfg(test)]
mod tests;
