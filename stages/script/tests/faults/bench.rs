//! Providers that play what they are told and then write well, a stage over them, and a runner's patience.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use reelpress_config::{Live, Name, Niche, Provider, Script, Settings};
use reelpress_core::testing::MemoryNotes;
use reelpress_core::{Clock, Fault as _, ItemId, Job, Remedy, Stage as _, Step};
use reelpress_endpoint::testing::{Answer, Sandbox};
use reelpress_script::ScriptStage;
use reelpress_vocabulary::{Brief, Topic, Writer, testing};
use serde_json::{Value, json};
use tokio::time::Instant;

static METRICS: LazyLock<PrometheusHandle> =
    LazyLock::new(|| PrometheusBuilder::new().install_recorder().expect("nobody else counts in this process"));

/// The metric's value with all these label values; 0 if there is none. Each test has providers of its own.
pub(super) fn metric(name: &str, labels: &[&str]) -> f64 {
    let page = METRICS.render();
    let line = page.lines().find(|line| {
        line.starts_with(&format!("{name}{{")) && labels.iter().all(|label| line.contains(&format!("=\"{label}\"")))
    });
    line.and_then(|line| line.rsplit_once(' ')).map_or(0.0, |(_, value)| value.parse().unwrap())
}

/// The calendar goes as tokio's time does.
pub(super) struct Calendar(Instant);

impl Clock for Calendar {
    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        start + SignedDuration::try_from(self.0.elapsed()).unwrap()
    }
}

/// What one try, or all of them, came to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ends {
    Script { model: String },
    Held { kind: String, message: String },
    Later(Duration),
    Fails { kind: &'static str, after: Option<Duration> },
}

pub(super) struct Bench {
    pub(super) sandboxes: Vec<Sandbox>,
    pub(super) live: Live,
    pub(super) notes: Arc<MemoryNotes>,
    pub(super) calendar: Arc<Calendar>,
    pub(super) stage: ScriptStage,
}

/// A provider's name and its first answers; after them it writes well.
pub(super) type Plays<'a> = (&'a str, Vec<Answer>);

impl Bench {
    /// The providers in this order, each changed.
    pub(super) async fn new(plays: &[Plays<'_>], change: impl Fn(&mut Provider)) -> Self {
        let mut sandboxes = Vec::new();
        for (_, answers) in plays {
            let mut answers = answers.clone().into_iter();
            sandboxes
                .push(Sandbox::start(move |_| answers.next().unwrap_or_else(|| content(&good().to_string()))).await);
        }
        let names: Vec<&str> = plays.iter().map(|(name, _)| *name).collect();
        Self::over(&names, sandboxes, change)
    }

    pub(super) fn over(names: &[&str], sandboxes: Vec<Sandbox>, change: impl Fn(&mut Provider)) -> Self {
        LazyLock::force(&METRICS);
        let mut script = Script { words_min: 20, ..Script::default() }.without_builtin();
        for (name, sandbox) in names.iter().zip(&sandboxes) {
            let mut provider = Provider {
                max_tokens: 700,
                timeout: Duration::from_secs(20),
                calls_per_minute: NonZeroU32::new(600_000).unwrap(),
                ..Provider::new(sandbox.base_url(), name)
            };
            change(&mut provider);
            script = script.with_provider(Name::parse(name).unwrap(), provider);
        }
        let niches = BTreeMap::from([(Name::parse("science").unwrap(), Niche::default())]);
        let live = Live::new(Settings { niches, script, ..Settings::default() });
        let (notes, calendar) = (Arc::new(MemoryNotes::default()), Arc::new(Calendar(Instant::now())));
        let stage = ScriptStage::new(live.clone(), notes.clone(), calendar.clone());
        Self { sandboxes, live, notes, calendar, stage }
    }

    /// The same with other settings.
    pub(super) fn set(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = Settings::clone(&self.live.snapshot());
        change(&mut settings);
        self.live.swap(Arc::new(settings));
    }

    pub(super) fn calls(&self, provider: usize) -> usize {
        self.sandboxes[provider].requests().len()
    }

    pub(super) fn request(&self, provider: usize, call: usize) -> Value {
        self.sandboxes[provider].requests()[call].json()
    }

    /// One try, but for the moment between two calls that even the highest rate has.
    pub(super) async fn write_once(&self, item: u64) -> Ends {
        loop {
            match self.try_once(item).await {
                Ends::Later(wait) if wait < Duration::from_millis(1) => tokio::time::sleep(wait).await,
                end @ (Ends::Script { .. } | Ends::Held { .. } | Ends::Later(_) | Ends::Fails { .. }) => return end,
            }
        }
    }

    async fn try_once(&self, item: u64) -> Ends {
        let job = Job::detached(ItemId::from_parts(item, u128::from(item)));
        match self.stage.process(&self.stage.settings(), &job, &brief()).await {
            Ok(Step::Next(script)) => {
                let Writer::Llm { model, .. } = script.writer() else {
                    return Ends::Script { model: "builtin".to_owned() };
                };
                Ends::Script { model: model.clone() }
            }
            Ok(Step::Hold(reason)) => Ends::Held { kind: reason.kind.into_owned(), message: reason.message },
            Ok(Step::Later(wait)) => Ends::Later(wait),
            Ok(Step::Reject(reason)) => panic!("an item was dropped: {reason}"),
            Err(error) => {
                let after = match error.remedy() {
                    Remedy::Retry { after } => after,
                    Remedy::GiveUp => return Ends::Held { kind: error.kind().to_owned(), message: error.to_string() },
                    Remedy::StopStage => Some(Duration::from_secs(30)),
                };
                Ends::Fails { kind: error.kind(), after }
            }
        }
    }

    /// Tries as the runner does: put off as long as the stage says, four tries that fail, then a person.
    pub(super) async fn write(&self, item: u64) -> Ends {
        let mut failures = 0;
        loop {
            let wait = match self.write_once(item).await {
                end @ (Ends::Script { .. } | Ends::Held { .. }) => return end,
                Ends::Later(wait) => {
                    failures = 0;
                    wait
                }
                Ends::Fails { kind, .. } if failures == 3 => {
                    return Ends::Held { kind: kind.to_owned(), message: String::new() };
                }
                Ends::Fails { after, .. } => {
                    failures += 1;
                    after.unwrap_or(Duration::from_secs(1)).min(Duration::from_mins(1))
                }
            };
            tokio::time::sleep(wait).await;
        }
    }

    /// All at the same time.
    pub(super) async fn write_all(&self, items: impl IntoIterator<Item = u64>) -> Vec<Ends> {
        futures::future::join_all(items.into_iter().map(|item| self.write(item))).await
    }
}

pub(super) fn brief() -> Brief {
    let title = "An octopus has three hearts";
    let topic = Topic {
        summary: "An octopus lives with three hearts, blue blood and no bones at all. Two hearts push blood through the \
                  gills, and the third sends it to the rest of the body. That third heart stops beating while the animal \
                  swims, which is one reason why octopuses prefer to crawl. Each arm can taste what it touches."
            .to_owned(),
        evidence: vec![testing::evidence(title, "https://example.org/hearts")],
        ..testing::topic(title)
    };
    testing::brief(topic, "one")
}

/// A script made of the topic's own sentences.
pub(super) fn good() -> Value {
    let scene = |narration: &str| json!({"narration": narration, "on_screen": "", "show": "octopus in water"});
    json!({
        "title": "An octopus has three hearts",
        "hook": scene("An octopus lives with three hearts, blue blood and no bones at all."),
        "scenes": [
            scene("Two hearts push blood through the gills, and the third sends it to the rest of the body."),
            scene("That third heart stops beating while the animal swims."),
            scene("Each arm can taste what it touches."),
        ],
        "call_to_action": scene("The source is named below."),
        "caption": "An octopus has three hearts.",
        "hashtags": ["octopus"]
    })
}

pub(super) fn content(text: &str) -> Answer {
    completion(&json!({"role": "assistant", "content": text, "refusal": null}), "stop", Some((200, 150)))
}

/// A chat completion that says it used so many tokens, or nothing about it.
pub(super) fn completion(message: &Value, finish: &str, usage: Option<(u64, u64)>) -> Answer {
    let mut body = json!({
        "id": "1", "object": "chat.completion", "created": 1_790_000_000, "model": "sandbox",
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
    });
    if let Some((input, output)) = usage {
        body["usage"] = json!({"prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output});
    }
    Answer::json(200, &body)
}
