//! A feed with known bursts: words of a steady background, stories that flare up, a tag of every Monday.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::recordings::{Poll, Recording};

const DAYS: i64 = 63;
const POLL: i64 = 3_600;
const LISTED: usize = 40;

/// One item with a life of its own.
struct Live {
    id: u64,
    title: String,
    born: i64,
    points: f64,
    strength: f64,
}

/// Sixty-three days of hourly polls from a seed.
pub(super) fn recording(seed: u64) -> Recording {
    let mut chance = Chance(seed | 1);
    let start = 1_704_067_200_i64;
    let (mut live, mut polls, mut next) = (Vec::<Live>::new(), Vec::new(), 0_u64);
    let mut story: Option<(String, i64)> = None;
    for hour in 0..DAYS * 24 {
        let at = start + hour * POLL;
        let is_monday = (hour / 24) % 7 == 0;
        if story.as_ref().is_none_or(|(_, ends)| hour > *ends) && chance.below(40) == 0 {
            story = Some((
                format!("event{} {}", chance.below(900), word(&mut chance)),
                hour + 12 + i64::try_from(chance.below(36)).unwrap_or(0),
            ));
        }
        for _ in 0..=chance.below(4) {
            next += 1;
            let (a, b) = (word(&mut chance), word(&mut chance));
            let title = match (&story, chance.below(10)) {
                (Some((story, _)), 0..=3) => format!("{story} {a}"),
                (_, 4..=6) if is_monday => format!("#photomonday {a} {b}"),
                _ => format!("{a} {b} {}", word(&mut chance)),
            };
            let strength = 2.0 / (0.02 + chance.part());
            live.push(Live { id: next, title, born: hour, points: 1.0, strength });
        }
        for item in &mut live {
            #[expect(clippy::cast_precision_loss, reason = "hours of two months")]
            let age = (hour - item.born) as f64;
            item.points += item.strength * (age / 3.0) * (-age / 6.0).exp() * (0.5 + chance.part());
        }
        live.retain(|item| hour - item.born < 48);
        live.sort_by(|a, b| heat(b, hour).total_cmp(&heat(a, hour)).then_with(|| a.id.cmp(&b.id)));
        polls.extend(poll(at, &live));
    }
    Recording { source: "synthetic".to_owned(), polls }
}

fn heat(item: &Live, hour: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "hours of two months")]
    let age = (hour - item.born) as f64;
    item.points / (age + 2.0).powf(1.8)
}

fn poll(at: i64, live: &[Live]) -> Option<Poll> {
    let items = live.iter().take(LISTED).zip(1_u32..).map(|(item, rank)| tell(item, rank)).collect();
    Some(Poll::new(Timestamp::from_second(at).ok()?, items))
}

fn tell(item: &Live, rank: u32) -> Value {
    json!({"rank": rank, "id": item.id.to_string(), "title": item.title, "score": item.points.floor(),
        "author": format!("a{}", item.id % 977)})
}

/// A word of the background: few are common, most are rare.
fn word(chance: &mut Chance) -> String {
    let part = chance.part();
    let rank = (1_500.0 * part * part * part).floor();
    format!("word{rank}")
}

/// A small generator with a printed seed (xorshift); not for secrets.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, of: u64) -> u64 {
        (self.next() >> 11) % of
    }

    fn part(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits")]
        let part = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        part
    }
}
