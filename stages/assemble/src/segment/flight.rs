//! One maker at a time for each segment.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use super::Segment;
use super::key::SegmentKey;

/// Whose turn it is, and what the last one made: it is kept as long as somebody waits.
type Turn = AsyncMutex<Option<Arc<Segment>>>;
type Turns = Arc<Mutex<BTreeMap<SegmentKey, Weak<Turn>>>>;

/// Who is at work on what. Holds only what somebody holds or waits for.
#[derive(Debug, Default)]
pub(super) struct Flights(Turns);

/// The right to make one segment; the next in line has it when this is dropped.
#[derive(Debug)]
pub(super) struct Flight {
    // Dropped in this order: the turn passes on before the place in the line counts who is left.
    turn: OwnedMutexGuard<Option<Arc<Segment>>>,
    _place: Place,
}

/// A place in the line for one segment; leaves no trace when it is dropped.
#[derive(Debug)]
struct Place {
    turns: Turns,
    key: SegmentKey,
    turn: Option<Arc<Turn>>,
}

impl Flights {
    /// Waits for everyone in front of us.
    ///
    /// # Cancel safety
    /// Dropping the future gives up the place in the line.
    pub(super) async fn board(&self, key: SegmentKey) -> Flight {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let known = turns.get(&key).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let turn = Arc::new(Turn::default());
                turns.insert(key, Arc::downgrade(&turn));
                turn
            })
        };
        let place = Place { turns: Arc::clone(&self.0), key, turn: Some(Arc::clone(&turn)) };
        Flight { turn: turn.lock_owned().await, _place: place }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Flight {
    /// What somebody in front of us has got.
    pub(super) fn got(&self) -> Option<Arc<Segment>> {
        self.turn.clone()
    }

    /// Leaves the segment to those behind us.
    pub(super) fn leave(&mut self, segment: &Arc<Segment>) {
        *self.turn = Some(Arc::clone(segment));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        self.turn = None;
        if turns.get(&self.key).is_some_and(|turn| turn.strong_count() == 0) {
            turns.remove(&self.key);
        }
    }
}
