//! Painters that are done with one piece of a cut and may paint the next: a scene, the transition into it and that out of it
//! need the same one, and getting it ready (texts set, what lies behind them looked at) costs as much as several frames.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::{Pictures, PiecePainter, ScenePainter};

/// Painters that wait, at most: a worker goes from piece to piece in order, and looks one scene back and one ahead.
const IDLE: usize = 3;

/// The painters and the pictures of one cut. A painter gives the same bytes whichever frames it painted before, so it does
/// not matter who gets which.
#[derive(Default)]
pub struct Painters {
    pictures: Pictures,
    /// By scene, those that came back last behind.
    idle: Mutex<VecDeque<(usize, ScenePainter)>>,
}

impl Painters {
    pub(crate) fn pictures(&self) -> &Pictures {
        &self.pictures
    }

    /// The painter of a scene, if one waits.
    pub(crate) fn take(&self, scene: usize) -> Option<ScenePainter> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let at = idle.iter().position(|(of, _)| *of == scene)?;
        idle.remove(at).map(|(_, painter)| painter)
    }

    /// Takes back what a piece was painted with.
    pub fn take_back(&self, piece: PiecePainter) {
        let PiecePainter { at, scene, leaving, .. } = piece;
        if let Some((before, leaving)) = leaving.and_then(|leaving| Some((at.checked_sub(1)?, leaving.scene))) {
            self.keep(before, leaving);
        }
        self.keep(at, scene);
    }

    /// Keeps the painter of a scene for whoever needs it next.
    pub(crate) fn keep(&self, scene: usize, painter: ScenePainter) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(other, _)| *other != scene);
        idle.push_back((scene, painter));
        while idle.len() > IDLE {
            idle.pop_front();
        }
    }
}
