//! Feeds that are made up, with known bursts: the same seed gives the same polls on every machine.
//!
//! Items come at random, live for some hours or days, and a few of them burst at a time that is drawn beforehand. What a
//! feed shows is what its kind would: the most attention of late (a hot list), the most attention at all (a chart), the
//! newest (a stream). Nothing here knows how the score works.

use crate::series::{DAY, HOUR, Series, Spot, Step};

/// 2024-01-01T00:00:00Z.
const BEGIN: i64 = 1_704_067_200;

/// A feed to make up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recipe {
    pub(crate) name: &'static str,
    seed: u64,
    days: i64,
    /// Seconds between two polls; each comes up to a tenth early or late.
    every: i64,
    /// Places of the list.
    length: usize,
    /// New items a day.
    births: f64,
    /// Hours until an ordinary item's pace has halved.
    half_life: f64,
    /// The share of items that burst, hours after their birth (up to), and how much faster they are then.
    burst: (f64, f64, f64),
    /// Whether the list is ordered by all attention so far (else by that of late).
    is_chart: bool,
    has_counts: bool,
    has_ranks: bool,
    /// Hours of noise in the list's order: editors, penalties, spam.
    noise: f64,
}

pub(crate) const RECIPES: [Recipe; 6] = [
    Recipe {
        name: "hot list, counts",
        seed: 11,
        days: 30,
        every: 1_800,
        length: 30,
        births: 120.0,
        half_life: 5.0,
        burst: (0.15, 6.0, 8.0),
        is_chart: false,
        has_counts: true,
        has_ranks: true,
        noise: 0.3,
    },
    Recipe {
        name: "hot list, ranks only, hourly",
        seed: 12,
        days: 40,
        every: 3_600,
        length: 50,
        births: 140.0,
        half_life: 7.0,
        burst: (0.2, 10.0, 10.0),
        is_chart: false,
        has_counts: false,
        has_ranks: true,
        noise: 0.4,
    },
    Recipe {
        name: "fast list, ranks only",
        seed: 13,
        days: 21,
        every: 600,
        length: 20,
        births: 200.0,
        half_life: 2.0,
        burst: (0.1, 3.0, 12.0),
        is_chart: false,
        has_counts: false,
        has_ranks: true,
        noise: 0.5,
    },
    Recipe {
        name: "daily chart, views",
        seed: 14,
        days: 180,
        every: DAY,
        length: 50,
        births: 15.0,
        half_life: 70.0,
        burst: (0.2, 120.0, 6.0),
        is_chart: true,
        has_counts: true,
        has_ranks: true,
        noise: 0.0,
    },
    Recipe {
        name: "uses, no ranks, 2 h",
        seed: 15,
        days: 60,
        every: 2 * HOUR,
        length: 60,
        births: 20.0,
        half_life: 40.0,
        burst: (0.15, 72.0, 9.0),
        is_chart: true,
        has_counts: true,
        has_ranks: false,
        noise: 0.0,
    },
    Recipe {
        name: "slow list, 6 h",
        seed: 16,
        days: 90,
        every: 6 * HOUR,
        length: 10,
        births: 6.0,
        half_life: 30.0,
        burst: (0.25, 48.0, 8.0),
        is_chart: false,
        has_counts: false,
        has_ranks: true,
        noise: 0.2,
    },
];

/// A source of the cost's measurement: half-hourly, thirty days, half of them with counts.
pub(crate) fn for_cost(source: u64) -> Recipe {
    let names = ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"];
    let name = names[source as usize % names.len()];
    Recipe { name, seed: 100 + source, length: if source % 2 == 0 { 30 } else { 50 }, ..RECIPES[0] }
}

/// A burst: which item, when, and how fast it then was.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Burst {
    pub(crate) id: u32,
    pub(crate) at: i64,
}

struct Life {
    born: i64,
    /// Attention an hour at birth.
    pace: f64,
    burst: Option<i64>,
    total: f64,
    late: f64,
}

/// SplitMix64: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    /// 0 to 1.
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// About normal: mean 0, deviation 1.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.roll()).sum::<f64>() - 6.0
    }
}

/// The polls of a recipe, and the bursts in it.
pub(crate) fn make(recipe: &Recipe) -> (Series, Vec<Burst>) {
    let mut dice = Dice(recipe.seed);
    let mut lives: Vec<Life> = Vec::new();
    let mut bursts = Vec::new();
    let mut steps = Vec::new();
    let end = BEGIN + recipe.days * DAY;
    let (mut at, mut due) = (BEGIN, BEGIN - (recipe.half_life * 4.0) as i64 * HOUR);
    while at <= end {
        while due <= at {
            let burst = (dice.roll() < recipe.burst.0).then(|| due + (dice.roll() * recipe.burst.1 * 3_600.0) as i64);
            bursts.extend(burst.map(|at| Burst { id: lives.len() as u32, at }));
            let pace = (3.0 + 1.1 * dice.normal()).exp();
            lives.push(Life { born: due, pace, burst, total: 0.0, late: 0.0 });
            // By day twice as many come as by night.
            let hour = (due.rem_euclid(DAY)) as f64 / DAY as f64;
            let busy = 1.0 + 0.35 * (hour * std::f64::consts::TAU).sin();
            due += ((-(1.0 - dice.roll()).ln()) * DAY as f64 / recipe.births / busy) as i64 + 1;
        }
        let spots = show(recipe, &mut lives, &mut dice, at);
        steps.push(Step { at, spots });
        let late = (dice.roll() - 0.5) * 0.2 * recipe.every as f64;
        at += recipe.every + late as i64;
    }
    let series = Series {
        name: recipe.name.to_owned(),
        ids: (0..lives.len()).map(|id| format!("item-{id}")).collect(),
        steps,
        has_ranks: recipe.has_ranks,
        has_counts: recipe.has_counts,
    };
    (series, bursts)
}

/// Lets every item live for one interval, and shows the list as it then is.
fn show(recipe: &Recipe, lives: &mut [Life], dice: &mut Dice, at: i64) -> Vec<Spot> {
    let hours = recipe.every as f64 / 3_600.0;
    let mut listed: Vec<(f64, u32)> = Vec::new();
    let oldest = at - (recipe.half_life * 12.0) as i64 * HOUR;
    for (id, life) in lives.iter_mut().enumerate() {
        if life.born < oldest {
            continue;
        }
        let pace = pace(recipe, life, at);
        let gained = (pace * hours * (0.35 * dice.normal()).exp()).max(0.0).round();
        life.total += gained;
        let keep = (-hours / recipe.half_life.min(12.0)).exp2();
        life.late = life.late * keep + gained;
        let heat = if recipe.is_chart { life.total } else { life.late };
        listed.push((heat * (recipe.noise * dice.normal()).exp(), id as u32));
    }
    listed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    listed.truncate(recipe.length);
    let spot = |(index, (_, id)): (usize, &(f64, u32))| Spot {
        id: *id,
        rank: index as u16 + 1,
        count: Some(lives[*id as usize].total as u64),
    };
    listed.iter().enumerate().map(spot).collect()
}

fn pace(recipe: &Recipe, life: &Life, at: i64) -> f64 {
    let decay = |since: i64| (-(since as f64) / 3_600.0 / recipe.half_life).exp2();
    let calm = life.pace * decay(at - life.born);
    match life.burst {
        // It takes a tenth of its half-life to get going.
        Some(burst) if at >= burst => {
            let rise = ((at - burst) as f64 / 360.0 / recipe.half_life).min(1.0);
            calm + life.pace * recipe.burst.2 * rise * decay(at - burst)
        }
        _ => calm,
    }
}
