use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::civil::Date;
use proptest::prelude::*;
use reelpress_config::{Name, Niche, Script};
use reelpress_core::testing::{ManualClock, MemoryNotes};
use reelpress_core::{JournalError, Note};

use super::*;

const NOON: &str = "2026-11-21T12:00:00Z";

fn timestamp(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn budget(tokens: Option<u64>, units: Option<f64>) -> Budget {
    Budget { tokens_per_day: tokens, money_per_day: units.map(Money::from_units) }
}

fn settings(total: Budget, space: Budget) -> Settings {
    let niche = |budget| Niche { budget, ..Niche::default() };
    let name = |text| Name::parse(text).unwrap();
    Settings {
        niches: BTreeMap::from([(name("space"), niche(space)), (name("sea"), niche(Budget::default()))]),
        script: Script { budget: total, ..Script::default() },
        ..Settings::default()
    }
}

struct Desk {
    purse: Purse,
    notes: Arc<MemoryNotes>,
    clock: Arc<ManualClock>,
}

impl Desk {
    fn new() -> Self {
        Self::over(Arc::new(MemoryNotes::default()), NOON)
    }

    /// After a start with this journal.
    fn over(notes: Arc<MemoryNotes>, now: &str) -> Self {
        let clock = Arc::new(ManualClock::at(timestamp(now)));
        let purse = Purse::new(notes.clone(), clock.clone(), &TimeZone::UTC);
        Self { purse, notes, clock }
    }

    /// The room granted, or the budget that has none.
    async fn wish(&self, settings: &Settings, wish: Wish<'_>) -> Result<SetAside, (String, Duration)> {
        match self.purse.set_aside(settings, wish).await.unwrap() {
            Answer::Granted(set_aside) => Ok(set_aside),
            Answer::Spent { budget, wait } => Err((budget, wait)),
        }
    }
}

fn wish(niche: &str) -> Wish<'_> {
    let prices = Prices { input: Money::from_units(1.0), output: Money::from_units(4.0) };
    let item = ItemId::from_parts(1, 1);
    Wish { item, niche, provider: "cloud", prices, prompt: 1_000, wanted: 500, least: 400 }
}

#[tokio::test]
async fn the_most_is_set_aside_and_what_was_used_takes_its_place() {
    let (desk, settings) = (Desk::new(), settings(budget(Some(10_000), None), Budget::default()));
    let set_aside = desk.wish(&settings, wish("space")).await.unwrap();
    assert_eq!((set_aside.granted, desk.purse.today()), (500, (1_500, 3_000_000_000)), "3 thousandths of a unit");
    desk.purse.settle(&settings, set_aside, Some(Usage { input: 240, output: 300 })).await;
    assert_eq!(desk.purse.today(), (540, 1_440_000_000));
    let unknown = desk.wish(&settings, wish("space")).await.unwrap();
    desk.purse.settle(&settings, unknown, None).await;
    assert_eq!(desk.purse.today().0, 540 + 1_500, "who does not say what it used has used it all");
}

#[tokio::test]
async fn an_answer_gets_less_room_near_the_limit_and_no_call_is_made_when_that_is_of_no_use() {
    let (desk, settings) = (Desk::new(), settings(budget(Some(2_999), None), Budget::default()));
    let first = desk.wish(&settings, wish("space")).await.unwrap();
    let second = desk.wish(&settings, wish("space")).await.unwrap();
    assert_eq!((first.granted, second.granted), (500, 499), "what is left, to the token");
    assert_eq!(desk.purse.today().0, 2_999);
    assert_eq!(desk.wish(&settings, wish("sea")).await.unwrap_err().0, "all");
    desk.purse.settle(&settings, first, Some(Usage::default())).await;
    assert_eq!(desk.wish(&settings, wish("sea")).await.unwrap().granted, 500, "a call that cost nothing makes room");
}

#[tokio::test]
async fn a_niche_has_a_budget_of_its_own_and_money_counts_by_the_price() {
    let (desk, settings) = (Desk::new(), settings(budget(None, Some(1.0)), budget(None, Some(0.004_9))));
    let set_aside = desk.wish(&settings, wish("space")).await.unwrap();
    let (spent, wait) = desk.wish(&settings, wish("space")).await.unwrap_err();
    assert_eq!((spent.as_str(), wait), ("space", ASK_AGAIN), "3 + 3 thousandths are more than 4.9");
    let tight = Wish { least: 225, ..wish("space") };
    assert_eq!(desk.wish(&settings, tight).await.unwrap().granted, 225, "1.9 thousandths: the prompt and 225 tokens");
    assert_eq!(desk.wish(&settings, wish("sea")).await.unwrap().granted, 500);
    let free = Prices { input: Money::default(), output: Money::default() };
    let free = desk.wish(&settings, Wish { prices: free, ..wish("space") }).await.unwrap();
    assert_eq!(free.granted, 500, "what costs nothing is never out of money");
    drop(set_aside);
}

#[tokio::test]
async fn a_new_day_begins_at_the_midnight_of_the_configured_zone() {
    let (desk, mut settings) = (Desk::new(), settings(budget(Some(1_500), None), Budget::default()));
    settings.script.timezone = TimeZone::get("Asia/Kathmandu").unwrap();
    drop(desk.wish(&settings, wish("space")).await.unwrap());
    // Midnight there is 18:15 UTC.
    desk.clock.set(timestamp("2026-11-21T18:14:00Z"));
    assert_eq!(desk.wish(&settings, wish("space")).await.unwrap_err().1, Duration::from_mins(1));
    desk.clock.set(timestamp("2026-11-21T18:15:00Z"));
    drop(desk.wish(&settings, wish("space")).await.unwrap());
    desk.clock.set(timestamp("2026-11-21T18:14:00Z"));
    assert!(desk.wish(&settings, wish("space")).await.is_err(), "a clock that goes back brings no budget back");
    settings.script.timezone = TimeZone::UTC;
    assert!(desk.wish(&settings, wish("space")).await.is_err(), "nor does another time zone");
}

#[tokio::test]
async fn after_a_crash_what_was_set_aside_counts_and_what_was_settled_counts_as_that() {
    let (desk, settings) = (Desk::new(), settings(budget(Some(3_600), None), budget(Some(2_000), None)));
    let settled = desk.wish(&settings, wish("space")).await.unwrap();
    desk.purse.settle(&settings, settled, Some(Usage { input: 300, output: 200 })).await;
    let in_hand = desk.wish(&settings, wish("space")).await.unwrap();
    drop(in_hand);

    let again = Desk::over(desk.notes.clone(), NOON);
    assert_eq!(again.purse.today(), desk.purse.today());
    assert_eq!(again.purse.today().0, 500 + 1_500);
    assert_eq!(again.wish(&settings, wish("space")).await.unwrap_err().0, "space");
    let next = again.wish(&settings, wish("sea")).await.unwrap();
    again.purse.settle(&settings, next, Some(Usage { input: 100, output: 0 })).await;
    assert_eq!(Desk::over(desk.notes.clone(), NOON).purse.today().0, 2_100, "numbers go on where they ended");
    assert_eq!(Desk::over(desk.notes.clone(), "2026-11-22T00:00:00Z").purse.today().0, 0, "yesterday is over");
}

#[tokio::test]
async fn without_any_budget_nothing_is_written() {
    let (desk, settings) = (Desk::new(), settings(Budget::default(), Budget::default()));
    let set_aside = desk.wish(&settings, wish("space")).await.unwrap();
    desk.purse.settle(&settings, set_aside, Some(Usage { input: 1, output: 1 })).await;
    assert!(desk.notes.about(SET_ASIDE).is_empty() && desk.notes.about(USED).is_empty());
    assert_eq!(desk.purse.today().0, 2, "it is counted all the same");
}

#[tokio::test]
async fn what_is_spent_today_is_told_for_every_budget_that_has_a_limit() {
    let (desk, settings) = (Desk::new(), settings(budget(Some(10_000), Some(2.5)), budget(Some(2_000), None)));
    for niche in ["space", "sea"] {
        let set_aside = desk.wish(&settings, wish(niche)).await.unwrap();
        desk.purse.settle(&settings, set_aside, Some(Usage { input: 300, output: 200 })).await;
    }
    let said = |now: &str, settings: &Settings| {
        spending(desk.notes.as_ref(), timestamp(now), settings).iter().map(Spending::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        said(NOON, &settings),
        [
            "budget all: today 1000 of 10000 tokens, 0.0022 of 2.5000 USD",
            "budget space: today 500 of 2000 tokens, 0.0011 USD"
        ]
    );
    assert_eq!(said("2026-11-22T12:00:00Z", &settings)[0], "budget all: today 0 of 10000 tokens, 0.0000 of 2.5000 USD");
    let only_space = super::tests::settings(Budget::default(), budget(Some(2_000), None));
    assert_eq!(said(NOON, &only_space), ["budget space: today 500 of 2000 tokens, 0.0011 USD"]);
    assert!(said(NOON, &Settings::default()).is_empty());
}

/// A journal on a full disk.
struct Full;

#[async_trait]
impl Notes for Full {
    async fn note(&self, _item: ItemId, _noted: Noted, _durability: Durability) -> Result<(), JournalError> {
        Err(JournalError::Full { path: "journal".to_owned() })
    }

    fn about(&self, _topic: &str) -> Vec<Note> {
        Vec::new()
    }

    fn of(&self, _item: ItemId) -> Vec<Note> {
        Vec::new()
    }
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_spent() {
    let clock = Arc::new(ManualClock::at(timestamp(NOON)));
    let purse = Purse::new(Arc::new(Full), clock, &TimeZone::UTC);
    let settings = settings(budget(Some(1_500), None), Budget::default());
    let error = purse.set_aside(&settings, wish("space")).await.unwrap_err();
    assert!(matches!(error, ScriptError::Note { .. }));
    assert_eq!(purse.today().0, 0);
}

/// One thing that happens to a purse.
#[derive(Debug, Clone)]
enum Act {
    Wish {
        niche: &'static str,
        prompt: u64,
        wanted: u32,
        least: u32,
        price: u64,
    },
    /// One of the calls under way ends: with this share of what it had in percent, or without a word.
    End {
        which: usize,
        percent: Option<u64>,
    },
    /// `kill -9`: the calls under way are never heard of again.
    Crash,
    Hours(i64),
}

fn act() -> impl Strategy<Value = Act> {
    let wish = (prop::sample::select(vec!["space", "sea"]), 1..4_000_u64, 1..2_000_u32, 1..2_000_u32, 0..5_u64);
    prop_oneof![
        6 => wish.prop_map(|(niche, prompt, wanted, least, price)| {
            Act::Wish { niche, prompt, wanted, least: least.min(wanted), price }
        }),
        5 => (0..8_usize, prop::option::weighted(0.8, 0..=100_u64)).prop_map(|(which, percent)| Act::End { which, percent }),
        1 => Just(Act::Crash),
        1 => (1..14_i64).prop_map(Act::Hours),
    ]
}

proptest! {
    /// Whatever is asked for, in whatever order calls end, crash and days go by: no budget is ever over its limit by a
    /// token or a millionth, and what counts is what was used, or set aside where nobody said.
    #[test]
    fn no_budget_is_ever_over_its_limit(
        acts in prop::collection::vec(act(), 1..60), tokens in 0..30_000_u64, in_space in 0..15_000_u64,
        money in 0..100_000_u64,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let of = |tokens, micros| Budget {
                tokens_per_day: Some(tokens), money_per_day: Some(Money::from_micros(micros)),
            };
            let settings = settings(of(tokens, money), of(in_space, money / 2));
            let mut desk = Desk::new();
            let mut under_way: Vec<SetAside> = Vec::new();
            // What a person with a pencil would have written down, by day: all, and space.
            let mut pencil: BTreeMap<Date, [(u64, u64); 2]> = BTreeMap::new();
            let mut now = timestamp(NOON);
            for act in acts {
                match act {
                    Act::Wish { niche, prompt, wanted, least, price } => {
                        let price = Money::from_micros(price * 1_000_000);
                        let prices = Prices { input: price, output: price };
                        let wish = Wish { prices, prompt, wanted, least, ..wish(niche) };
                        if let Ok(set_aside) = desk.wish(&settings, wish).await {
                            prop_assert!((least..=wanted).contains(&set_aside.granted));
                            let entry = pencil.entry(now.to_zoned(TimeZone::UTC).date()).or_default();
                            let tokens = prompt + u64::from(set_aside.granted);
                            for sum in &mut entry[..if niche == "space" { 2 } else { 1 }] {
                                sum.0 += tokens;
                                sum.1 += tokens * price.micros();
                            }
                            under_way.push(set_aside);
                        }
                    }
                    Act::End { which, percent } if !under_way.is_empty() => {
                        let set_aside = under_way.swap_remove(which % under_way.len());
                        if let Some(percent) = percent {
                            let used = Usage {
                                input: set_aside.most.input * percent / 100,
                                output: set_aside.most.output * percent / 100,
                            };
                            let entry = pencil.entry(set_aside.at.to_zoned(TimeZone::UTC).date()).or_default();
                            let less = super::tokens(set_aside.most) - super::tokens(used);
                            for sum in &mut entry[..if set_aside.niche == "space" { 2 } else { 1 }] {
                                sum.0 -= less;
                                sum.1 -= less * set_aside.prices.input.micros();
                            }
                            desk.purse.settle(&settings, set_aside, Some(used)).await;
                        } else {
                            desk.purse.settle(&settings, set_aside, None).await;
                        }
                    }
                    Act::End { .. } => {}
                    Act::Crash => {
                        under_way.clear();
                        desk = Desk::over(desk.notes.clone(), &now.to_string());
                    }
                    Act::Hours(hours) => {
                        now += jiff::SignedDuration::from_hours(hours);
                        desk.clock.set(now);
                    }
                }
                let today = now.to_zoned(TimeZone::UTC).date();
                let [all, space] = pencil.get(&today).copied().unwrap_or_default();
                prop_assert_eq!(desk.purse.today(), all);
                let seen = desk.purse.book().tally.of_niche(today, "space");
                prop_assert_eq!(seen, space);
                prop_assert!(all.0 <= tokens && space.0 <= in_space, "tokens: {:?} {:?}", all, space);
                prop_assert!(all.1 <= money * 1_000_000 && space.1 <= money / 2 * 1_000_000, "money: {:?}", all);
            }
            Ok(())
        })?;
    }
}
