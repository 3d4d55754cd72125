//! How fast headlines find their topics, and whether time and memory grow with their number and no faster.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use reelpress_trends::cluster::{Clusters, Headline};

use reelpress_figures::{Budget, Figures, tell};

/// Observations of a day, and parts of it.
const OBSERVED: [usize; 3] = [250_000, 500_000, MILLION];
const MILLION: usize = 1_000_000;
/// How often an item is seen on a day of polls.
const SIGHTINGS: usize = 20;

const SUBJECTS: [&str; 24] = [
    "Harbour crane",
    "Night train",
    "Weather balloon",
    "Water tower",
    "Radio mast",
    "Ice rink",
    "Cable car",
    "Grain silo",
    "Ferry line",
    "Glass factory",
    "Opera house",
    "Tram depot",
    "Salt mine",
    "Wind farm",
    "Book fair",
    "Bee colony",
    "Chess club",
    "Street market",
    "Dam wall",
    "Film archive",
    "Ski slope",
    "Tunnel drill",
    "Oyster bank",
    "Clock tower",
];
const EVENTS: [&str; 20] = [
    "collapses in",
    "reopens in",
    "burns down in",
    "wins award in",
    "closes after complaint in",
    "is sold in",
    "loses licence in",
    "breaks record in",
    "is flooded in",
    "goes on strike in",
    "draws crowds in",
    "is saved in",
    "is moved to",
    "celebrates centenary in",
    "is hit by lightning in",
    "gets new owner in",
    "runs out of money in",
    "is investigated in",
    "is painted overnight in",
    "divides residents of",
];
const WRAPPERS: [&str; 4] = ["", "Breaking: ", "What we know: ", "Video: "];
const SYLLABLES: [&str; 32] = [
    "bar", "cor", "dun", "el", "fa", "gra", "hol", "is", "jor", "ka", "lin", "mo", "nar", "os", "pel", "quo", "ras",
    "sel", "tor", "ul", "ven", "wal", "xen", "yar", "zem", "bri", "cla", "dra", "fle", "gri", "plo", "ste",
];
const CHINESE: [&str; 32] = [
    "青", "岭", "河", "桥", "站", "云", "石", "林", "海", "城", "峰", "谷", "湾", "镇", "田", "湖", "岩", "梅", "松",
    "竹", "菊", "兰", "枫", "柳", "鹤", "鹿", "鲸", "雁", "燕", "虎", "龙", "凤",
];
const CHINESE_EVENTS: [&str; 10] = [
    "大桥坍塌",
    "举办灯会",
    "突降冰雹",
    "发现古墓",
    "停水三天",
    "开通地铁",
    "发生爆炸",
    "评选最美教师",
    "取消门票",
    "迎来候鸟",
];

/// Observations a second and megabytes, for days of polls of three sizes; the largest is judged.
pub(crate) fn run(figures: &mut Figures) -> anyhow::Result<()> {
    let mut table = format!(
        "headlines find their topics: a day of polls, each title seen {SIGHTINGS} times\n  observations     titles     topics    \
         seconds  a second       MB"
    );
    for observed in OBSERVED {
        let before = resident();
        let (clusters, spent) = replay(observed, SIGHTINGS)?;
        let megabytes = resident().saturating_sub(before) as f64 / 1e6;
        let (seconds, topics) = (spent.as_secs_f64(), clusters.topics().count());
        let (titles, speed) = (clusters.len(), observed as f64 / seconds);
        write!(table, "\n  {observed:>12} {titles:>10} {topics:>10} {seconds:>10.1} {speed:>9.0} {megabytes:>8.0}")?;
        if observed == MILLION {
            tell(&table);
            figures.judge("trends.cluster_seconds", seconds, "s for 1 million observations", Budget::AtMost(60.0));
        }
    }
    Ok(())
}

/// Shows every title `sightings` times over a day, in polls of a thousand.
fn replay(observed: usize, sightings: usize) -> anyhow::Result<(Clusters, Duration)> {
    let titles = observed / sightings;
    let mut clusters = Clusters::new();
    let clock = tokio_free_clock();
    let start = Timestamp::from_second(1_700_000_000)?;
    let step = 86_400_000 / observed.max(1);
    for at in 0..observed {
        // Polls overlap: each new title comes in while the ones before it are still shown.
        let number = (at / 1000 * 1000 / sightings + at % 1000) % titles;
        let (title, language) = title(number);
        let now = start.checked_add(jiff::SignedDuration::from_millis((at * step) as i64))?;
        let feed = ["north", "south", "east", "west"][number % 4];
        let headline = Headline { feed, at: now, title: &title, language, link: None };
        clusters.see(&number.to_string(), &headline, None);
    }
    Ok((clusters, clock.elapsed()))
}

#[expect(clippy::disallowed_methods, reason = "a bench measures the real time")]
fn tokio_free_clock() -> std::time::Instant {
    std::time::Instant::now()
}

/// One title of many: groups of three tell one event in other words, a fifth is Chinese.
fn title(number: usize) -> (String, &'static str) {
    let event = number / 3;
    let mut seed = (event as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut draw = |most: usize| {
        seed ^= seed >> 33;
        seed = seed.wrapping_mul(0xff51_afd7_ed55_8ccd);
        seed ^= seed >> 29;
        (seed % most as u64) as usize
    };
    let wrapper = number % 3;
    if event.is_multiple_of(5) {
        let place = (0..4).map(|_| CHINESE[draw(CHINESE.len())]).collect::<String>();
        let what = CHINESE_EVENTS[draw(CHINESE_EVENTS.len())];
        let title = match wrapper {
            0 => format!("{place}{what}"),
            1 => format!("{place}{what}，目前情况如何？"),
            _ => format!("如何看待{place}{what}？"),
        };
        return (title, "zh");
    }
    let mut place = (0..3).map(|_| SYLLABLES[draw(SYLLABLES.len())]).collect::<String>();
    place[..1].make_ascii_uppercase();
    let subject = SUBJECTS[draw(SUBJECTS.len())];
    let what = EVENTS[draw(EVENTS.len())];
    let name = (0..2).map(|_| SYLLABLES[draw(SYLLABLES.len())]).collect::<String>();
    (format!("{}{subject} {name} {what} {place}", WRAPPERS[wrapper]), "en")
}

/// Bytes of this process in memory; 0 where the system does not say.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}
