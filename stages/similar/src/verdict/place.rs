//! Where one picture lies in another: found by hashes of regions, then moved until the small copies agree best.

use std::collections::BTreeMap;

use crate::frame::detail::{Detail, Fit};
use crate::frame::region::Region;
use crate::geometry::Map;
use crate::prints::{Key, Prints};

/// Bits up to which two regions are worth a closer look.
const REGION_RADIUS: u32 = 84;
/// Keys of a cut that are looked at.
const KEYS_MAX: usize = 64;
/// Guesses that are tried on the pictures.
const GUESSES: usize = 24;
/// Guesses of one kind (which region on which, mirrored or not) at most.
const OF_A_KIND: usize = 3;
/// Places that are kept.
const PLACES: usize = 3;
/// Share of blocks that must agree before anything is moved.
const PROMISING_FROM: f32 = 0.15;
/// Share of blocks that must agree for a place.
const PLACE_FROM: f32 = 0.55;
/// Share of blocks from which two pictures need no other place than one that was found.
const KNOWN_FROM: f32 = 0.75;
/// A picture is at least this part of the other one, and at most its inverse: smaller ones are seen by themselves, and a
/// small part made large agrees with anything.
const AREA_MIN: f32 = 0.42;

/// A guess: these two regions may be one picture.
struct Guess<'a> {
    distance: u32,
    kind: (Region, Region, bool),
    one: &'a Key,
    two: &'a Key,
}

/// Maps from the first cut's picture to the second's under which they agree, best first. With each cut, its small copies.
pub(super) fn places(one: &Prints, first: &[Detail], two: &Prints, second: &[Detail]) -> Vec<Map> {
    let mut found = Vec::<(Fit, Map)>::new();
    for guess in guesses(one, two) {
        let Some(map) = guess.map() else { continue };
        let stills = (first.get(guess.one.still as usize), second.get(guess.two.still as usize));
        let (Some(still), Some(other)) = stills else { continue };
        let is_known = found.iter().any(|(_, place)| alike(place, &map) || fit(still, other, place).same >= KNOWN_FROM);
        if is_known || fit(still, other, &map).same < PROMISING_FROM {
            continue;
        }
        let (fit, map) = settle(still, other, map);
        if fit.same >= PLACE_FROM {
            found.push((fit, map));
        }
    }
    found.sort_by(|one, two| two.0.score.total_cmp(&one.0.score));
    let mut places = Vec::<Map>::new();
    for (_, map) in found {
        if places.len() < PLACES && places.iter().all(|place| !alike(place, &map)) {
            places.push(map);
        }
    }
    places
}

/// The nearest pairs of regions, a few of each kind.
fn guesses<'a>(one: &'a Prints, two: &'a Prints) -> Vec<Guess<'a>> {
    let mut guesses = Vec::new();
    for (one, two) in thinned(one.keys()).flat_map(|key| thinned(two.keys()).map(move |other| (key, other))) {
        let pairs = one.regions.iter().flat_map(|region| two.regions.iter().map(move |other| (region, other)));
        for ((region, view), (other, against)) in pairs {
            for (hash, mirrored) in [(view.hash, false), (view.mirrored, true)] {
                let distance = hash.distance(&against.hash);
                if distance <= REGION_RADIUS {
                    guesses.push(Guess { distance, kind: (*region, *other, mirrored), one, two });
                }
            }
        }
    }
    guesses.sort_by_key(|guess| (guess.distance, guess.kind, guess.one.at_ms, guess.two.at_ms));
    let mut kinds = BTreeMap::<_, usize>::new();
    guesses.retain(|guess| {
        let count = kinds.entry(guess.kind).or_default();
        *count += 1;
        *count <= OF_A_KIND
    });
    guesses.truncate(GUESSES);
    guesses
}

/// Some of the keys, evenly.
fn thinned(keys: &[Key]) -> impl Iterator<Item = &Key> {
    keys.iter().step_by(keys.len().div_ceil(KEYS_MAX).max(1))
}

impl Guess<'_> {
    /// From the first picture to the second: out of the one region, mirrored if so, into the other.
    fn map(&self) -> Option<Map> {
        let (first, second, mirrored) = self.kind;
        let out = first.map(self.one.aspect).back()?;
        let into = second.map(self.two.aspect);
        Some(out.then(if mirrored { &Map::MIRROR } else { &Map::SAME }).then(&into))
    }
}

/// Moves, stretches and turns a little at a time while the pictures agree better for it.
fn settle(one: &Detail, two: &Detail, start: Map) -> (Fit, Map) {
    let mut best = (fit(one, two, &start), start);
    for step in [0.03, 0.012, 0.005] {
        for _ in 0..3 {
            let before = best.0.score;
            for change in changes(step) {
                let map = change.then(&best.1);
                let fit = fit(one, two, &map);
                if fit.score > best.0.score {
                    best = (fit, map);
                }
            }
            if best.0.score <= before + 0.002 {
                break;
            }
        }
    }
    best
}

fn changes(step: f32) -> [Map; 12] {
    let degrees = step * 60.0;
    [
        Map::shift(step, 0.0),
        Map::shift(-step, 0.0),
        Map::shift(0.0, step),
        Map::shift(0.0, -step),
        Map::stretch(1.0 + step, 1.0 + step),
        Map::stretch(1.0 - step, 1.0 - step),
        Map::stretch(1.0 + step, 1.0),
        Map::stretch(1.0 - step, 1.0),
        Map::stretch(1.0, 1.0 + step),
        Map::stretch(1.0, 1.0 - step),
        Map::turn(degrees, 1.0),
        Map::turn(-degrees, 1.0),
    ]
}

/// How well the second picture agrees with the first when it is laid on it.
fn fit(one: &Detail, two: &Detail, map: &Map) -> Fit {
    if !(AREA_MIN..=1.0 / AREA_MIN).contains(&map.area().abs()) {
        return Fit::default();
    }
    one.fit(&two.laid(map))
}

/// True where two maps bring every corner to nearly the same place.
fn alike(one: &Map, two: &Map) -> bool {
    [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].into_iter().all(|(x, y)| {
        let ((a, b), (c, d)) = (one.at(x, y), two.at(x, y));
        (a - c).abs() < 0.04 && (b - d).abs() < 0.04
    })
}
