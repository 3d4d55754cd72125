//! Every stage is held to `pipeline/CONTRACT.md` by one function, with input that is good, refused and failing. The line
//! is walked from its head: what one stage makes is what the next one takes.

mod shop;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reelpress::keep::Keep;
use reelpress_assemble::Assemble;
use reelpress_config::MediaPlace;
use reelpress_core::{
    ArtifactKey, Artifacts, Fault, ItemId, Job, Passable, Progress, Reason, Remedy, Stage, StageName, Step,
};
use reelpress_deliver::Deliver;
use reelpress_review::Review;
use reelpress_schedule::Schedule;
use reelpress_screen::Screen;
use reelpress_script::ScriptStage;
use reelpress_tests::llm::{Answer, LlmSandbox};
use reelpress_vocabulary::{
    AccountId, Approved, Assembled, Finding, NicheId, Scheduled, Screened, Scripted, Severity, TemplateId, Voiced,
};
use reelpress_voice::Voice;
use serde_json::Value;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use shop::{Facts, FullStore, NoNotes, Shop};

/// No answer takes longer: the cuts here are a few seconds of 180x320 pixels.
const PATIENCE: Duration = Duration::from_secs(60);
/// Frames that may still be finished after the word to stop: those under the encoder's hands.
const AFTER_CANCEL: u64 = 2;

/// What a stage is to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Next,
    Later,
    Hold(&'static str),
    Reject(&'static str),
    Fails(&'static str, Then),
}

/// What is to follow on an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Retry,
    GiveUp,
    StopStage,
}

/// One call of a stage.
struct Case<S: Stage> {
    name: &'static str,
    stage: S,
    input: S::In,
    says: Says,
    /// What the text of a refusal or an error must name.
    names: &'static str,
}

impl<S: Stage> Case<S> {
    fn good(stage: S, input: S::In) -> Self {
        Self { name: "good", stage, input, says: Says::Next, names: "" }
    }

    fn other(name: &'static str, stage: S, input: S::In, says: Says, names: &'static str) -> Self {
        Self { name, stage, input, says, names }
    }
}

/// The answer as the runner would treat it, with its words.
fn said<S: Stage>(answer: &Result<Step<S::Product>, S::Error>) -> (String, String) {
    let reason = |sort: &str, reason: &Reason| (format!("{sort} {}", reason.kind), reason.message.clone());
    match answer {
        Ok(Step::Next(_)) => ("next".to_owned(), String::new()),
        Ok(Step::Later(_)) => ("later".to_owned(), String::new()),
        Ok(Step::Hold(why)) => reason("hold", why),
        Ok(Step::Reject(why)) => reason("reject", why),
        Err(error) => {
            let then = match error.remedy() {
                Remedy::Retry { .. } => Then::Retry,
                Remedy::GiveUp => Then::GiveUp,
                Remedy::StopStage => Then::StopStage,
            };
            (format!("fails {} {then:?}", error.kind()), chain(error))
        }
    }
}

impl Says {
    fn text(self) -> String {
        match self {
            Self::Next => "next".to_owned(),
            Self::Later => "later".to_owned(),
            Self::Hold(kind) => format!("hold {kind}"),
            Self::Reject(kind) => format!("reject {kind}"),
            Self::Fails(kind, then) => format!("fails {kind} {then:?}"),
        }
    }

    fn kind(self) -> Option<&'static str> {
        match self {
            Self::Next | Self::Later => None,
            Self::Hold(kind) | Self::Reject(kind) | Self::Fails(kind, _) => Some(kind),
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {}", chain(cause)))
}

/// Through the journal and back.
fn journaled<T: Passable>(value: &T) -> T {
    serde_json::from_slice(&serde_json::to_vec(value).unwrap()).unwrap()
}

/// Counts reports; the first one asks to stop, if there is something to stop.
#[derive(Default)]
struct Reports {
    count: AtomicU64,
    last: AtomicU64,
    total: AtomicU64,
    stop: Option<CancellationToken>,
}

impl Progress for Reports {
    fn report(&self, _item: ItemId, _stage: &StageName, done: u64, total: u64) {
        self.count.fetch_add(1, Ordering::SeqCst);
        let before = self.last.swap(done, Ordering::SeqCst);
        assert!(before <= done && done <= total, "progress only rises: {before}, {done} of {total}");
        self.total.store(total, Ordering::SeqCst);
        if let Some(stop) = &self.stop {
            stop.cancel();
        }
    }
}

/// Every string in a value.
fn strings<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, into)),
        Value::Object(fields) => fields.values().for_each(|field| strings(field, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Holds stages to the contract, and remembers which.
struct Inspector {
    artifacts: Arc<dyn Artifacts>,
    seen: BTreeSet<String>,
    /// Stages that were stopped in the middle of their work.
    stopped: Vec<&'static str>,
    items: u64,
}

impl Inspector {
    fn job(&mut self) -> Job {
        self.items += 1;
        Job::detached(ItemId::from_parts(1_795_000_000_000 + self.items, 1))
    }

    /// C1 to C6 and C10. `same` says when two products are. Gives what goes on to the next stage.
    async fn holds<S: Stage>(&mut self, case: Case<S>, same: fn(&Value, &Value) -> bool) -> Option<S::Out> {
        let Case { name, stage, input, says, names } = case;
        let here = format!("{}, {name}", S::NAME);
        let type_name = std::any::type_name::<S>();
        self.seen.insert(type_name.rsplit("::").next().unwrap_or(type_name).to_owned());

        // C7: one view of the settings for key and work.
        let settings = stage.settings();
        let key = stage.memo(&settings, &input);
        let again = journaled(&input);
        assert_eq!(stage.memo(&settings, &again), key, "{here}: the journal changes no key");

        let reports = Arc::new(Reports::default());
        let job = Job { progress: reports.clone(), ..self.job() };
        let first = self.answer(&here, &stage, &settings, &job, &input).await;
        let (sort, text) = said::<S>(&first);
        assert_eq!(sort, says.text(), "{here}: {text}");
        if let Some(kind) = says.kind() {
            assert_word(&here, kind);
            assert_sentence(&here, &text, names);
        }

        // C4: the journal replays, so the same call may come again.
        let second =
            self.answer(&here, &stage, &settings, &Job { attempt: 2, ..Job::detached(job.item) }, &again).await;
        assert_eq!(said::<S>(&second).0, sort, "{here}: a second call says the same");

        let Ok(Step::Next(product)) = first else { return None };
        if key.is_some()
            && let Ok(Step::Next(other)) = second
        {
            let (one, other) = (serde_json::to_value(&product).unwrap(), serde_json::to_value(&other).unwrap());
            assert!(same(&one, &other), "{here}: same key, same product:\n{one}\n{other}");
        }
        self.assert_stored::<S>(&here, &product).await;
        if reports.count.load(Ordering::SeqCst) > 0 {
            let total = reports.total.load(Ordering::SeqCst);
            assert_eq!(reports.last.load(Ordering::SeqCst), total, "{here}: progress ends at its end");
            self.assert_stops(&here, &stage, &settings, &input).await;
        }
        let out = stage.hand_on(input, product);
        let written = serde_json::to_string(&out).unwrap();
        assert_eq!(serde_json::to_string(&journaled(&out)).unwrap(), written, "{here}: the journal keeps all of it");
        Some(out)
    }

    async fn answer<S: Stage>(
        &self,
        here: &str,
        stage: &S,
        settings: &S::Settings,
        job: &Job,
        input: &S::In,
    ) -> Result<Step<S::Product>, S::Error> {
        let answer = timeout(PATIENCE, stage.process(settings, job, input)).await;
        answer.unwrap_or_else(|_| panic!("{here}: no answer in {PATIENCE:?}"))
    }

    /// C6: what the product names in the store is there.
    async fn assert_stored<S: Stage>(&self, here: &str, product: &S::Product) {
        let value = serde_json::to_value(product).unwrap();
        let (mut texts, own) = (Vec::new(), format!("{}/", S::NAME));
        strings(&value, &mut texts);
        let keys = texts.into_iter().filter(|text| text.starts_with(&own)).filter_map(|t| ArtifactKey::parse(t).ok());
        for key in keys {
            assert!(self.artifacts.get(&key).await.unwrap().is_some(), "{here}: names {key}, which is not stored");
        }
    }

    /// C10: work that reports ends soon after the word to stop, and gives no product; whether parts of it are kept from
    /// before or not.
    async fn assert_stops<S: Stage>(&mut self, here: &str, stage: &S, settings: &S::Settings, input: &S::In) {
        self.assert_stops_once(&format!("{here}, kept"), stage, settings, input).await;
        for kept in self.artifacts.list(&ArtifactKey::parse("segments").unwrap()).await.unwrap() {
            self.artifacts.remove(&kept.key).await.unwrap();
        }
        self.assert_stops_once(&format!("{here}, afresh"), stage, settings, input).await;
        self.stopped.push(std::any::type_name::<S>());
    }

    async fn assert_stops_once<S: Stage>(&mut self, here: &str, stage: &S, settings: &S::Settings, input: &S::In) {
        let cancel = CancellationToken::new();
        let reports = Arc::new(Reports { stop: Some(cancel.clone()), ..Reports::default() });
        let job = Job { progress: reports.clone(), cancel, ..self.job() };
        let answer = self.answer(here, stage, settings, &job, input).await;
        let (sort, text) = said::<S>(&answer);
        assert_eq!(sort, "fails cancelled Retry", "{here}: {text}");
        let count = reports.count.load(Ordering::SeqCst);
        assert!(count <= 1 + AFTER_CANCEL, "{here}: {count} reports, {AFTER_CANCEL} may come after the word to stop");
    }
}

/// C3: the word becomes a label.
#[track_caller]
fn assert_word(here: &str, kind: &str) {
    let fine = !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    assert!(fine, "{here}: `{kind}` is not a word of a-z and _");
}

/// C2: one line that names what was wrong.
#[track_caller]
fn assert_sentence(here: &str, text: &str, names: &str) {
    assert!(!names.is_empty() && text.contains(names), "{here}: {text:?} does not name `{names}`");
    assert!(!text.contains(['\n', '\r']), "{here}: {text:?} is more than one line");
    assert!(!text.ends_with('.'), "{here}: {text:?} is a fragment, not a sentence");
}

fn exactly(one: &Value, other: &Value) -> bool {
    one == other
}

/// How far a word of the same text may move from one time it is spoken to the next.
const FLUTTER_MS: u64 = 30;

/// The speech engine's flutter runs on from one text to the next and cannot be set back, so sounds of the same text differ
/// by a few samples, and each is stored under its own hash. What is said of them differs by no more than the flutter.
fn but_for_flutter(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| but_for_flutter(value, other)))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| but_for_flutter(one, other))
        }
        (Value::Number(one), Value::Number(other)) => {
            one.as_u64().zip(other.as_u64()).is_some_and(|(one, other)| one.abs_diff(other) <= FLUTTER_MS)
        }
        (Value::String(one), Value::String(other)) => {
            let track = |name: &str| name.split_once(".beat-").map(|(key, _)| key.to_owned());
            one == other || track(one).is_some_and(|key| Some(key) == track(other))
        }
        (one, other) => one == other,
    }
}

async fn script(shop: &Shop, inspector: &mut Inspector) -> Scripted {
    let brief = shop::brief();
    let over = |live| ScriptStage::new(live, shop::notes(), Arc::new(reelpress_core::SystemClock));
    let built_in = || over(shop.live(|_| {}));
    let mut by_press = brief.clone();
    by_press.given_script = None;
    let mut no_text = by_press.clone();
    no_text.topic.summary.clear();
    let mut no_niche = by_press.clone();
    no_niche.niche = NicheId::parse("gone").unwrap();
    let mut short = brief.clone();
    short.given_script.as_mut().unwrap().scenes.clear();
    let refusals = LlmSandbox::start(vec![Answer::Refusal("I would rather not".to_owned()); 8]).await;
    let limits = LlmSandbox::start(vec![Answer::text(429, "slow down"); 8]).await;
    let model = |url: &str| over(shop.with_model(url));
    let cases = [
        Case::good(built_in(), by_press.clone()),
        Case::other("no text", built_in(), no_text, Says::Hold("too_little_text"), "three hearts"),
        Case::other("no niche", built_in(), no_niche, Says::Fails("unknown_niche", Then::GiveUp), "gone"),
        Case::other("short", built_in(), short, Says::Fails("given_script", Then::GiveUp), "scenes"),
        Case::other("refusal", model(&refusals.base_url()), by_press.clone(), Says::Hold("writer_refused"), "rather"),
        Case::other(
            "rate",
            model(&limits.base_url()),
            by_press.clone(),
            Says::Fails("too_many_calls", Then::Retry),
            "429",
        ),
        Case::other(
            "nobody",
            model("http://127.0.0.1:9/v1"),
            by_press,
            Says::Fails("unreachable", Then::Retry),
            "127.0.0.1:9",
        ),
    ];
    for case in cases {
        inspector.holds(case, exactly).await;
    }
    inspector.holds(Case::good(built_in(), brief), exactly).await.unwrap()
}

async fn voice(shop: &Shop, inspector: &mut Inspector, scripted: Scripted) -> Voiced {
    let stage = |artifacts: Arc<dyn Artifacts>| Voice::new(shop.live(|_| {}), artifacts).unwrap();
    let mut unknown = scripted.clone();
    "qqq".clone_into(&mut unknown.brief.language);
    let full = Arc::new(FullStore(shop.artifacts.clone()));
    let cases = [
        Case::other(
            "language",
            stage(shop.artifacts.clone()),
            unknown,
            Says::Fails("unknown_voice", Then::GiveUp),
            "`qqq`",
        ),
        Case::other("full", stage(full), scripted.clone(), Says::Fails("store", Then::StopStage), "no space left"),
    ];
    for case in cases {
        inspector.holds(case, but_for_flutter).await;
    }
    inspector.holds(Case::good(stage(shop.artifacts.clone()), scripted), but_for_flutter).await.unwrap()
}

async fn assemble(shop: &Shop, inspector: &mut Inspector, voiced: Voiced) -> Assembled {
    let stage = |library: Option<&str>, artifacts: Arc<dyn Artifacts>| {
        let live = shop.live(|settings| {
            settings.media.places = library.map(|name| MediaPlace::Folder(shop.path(name))).into_iter().collect();
        });
        Assemble::new(live, artifacts, shop.clock.clone(), shop.path("scratch"), shop::encoders())
    };
    let plain = || stage(None, shop.artifacts.clone());
    let mut no_template = voiced.clone();
    no_template.scripted.brief.template = TemplateId::parse("gone").unwrap();
    let mut silent = voiced.clone();
    silent.voice.beats[1].audio = ArtifactKey::parse("voice/00/gone.wav").unwrap();
    let mut beats = voiced.clone();
    beats.voice.beats.pop();
    let full = Arc::new(FullStore(shop.artifacts.clone()));
    let cases = [
        Case::other("template", plain(), no_template, Says::Fails("no_template", Then::GiveUp), "`gone`"),
        Case::other("no sound", plain(), silent, Says::Fails("artifact", Then::GiveUp), "voice/00/gone.wav"),
        Case::other("beats", plain(), beats, Says::Fails("beats", Then::GiveUp), "beats"),
        Case::other(
            "library",
            stage(Some("no-library"), shop.artifacts.clone()),
            voiced.clone(),
            Says::Fails("media_read", Then::StopStage),
            "licences.toml",
        ),
        Case::other("full", stage(None, full), voiced.clone(), Says::Fails("artifact", Then::StopStage), "no space"),
    ];
    for case in cases {
        inspector.holds(case, exactly).await;
    }
    inspector.holds(Case::good(plain(), voiced), exactly).await.unwrap()
}

async fn screen(shop: &Shop, inspector: &mut Inspector, assembled: Assembled) -> Screened {
    let stage = |policy: Option<&str>, facts: Facts| {
        let live = shop.live(|settings| settings.screen.policy = policy.map(|name| shop.path(name)));
        Screen::new(live, shop.artifacts.clone(), shop::notes(), Arc::new(facts), shop.path("scratch"))
    };
    let right = Facts::of(&assembled.cut);
    let small = right.clone().with_width(8);
    let mut gone = assembled.clone();
    gone.cut.video = ArtifactKey::parse("assemble/00/gone.mp4").unwrap();
    let cases = [
        Case::other("small", stage(None, small), assembled.clone(), Says::Reject("blocked"), "file.resolution"),
        Case::other("gone", stage(None, right.clone()), gone, Says::Fails("store", Then::GiveUp), "gone.mp4"),
        Case::other(
            "policy",
            stage(Some("no.toml"), right.clone()),
            assembled.clone(),
            Says::Fails("policy_read", Then::StopStage),
            "no.toml",
        ),
    ];
    for case in cases {
        inspector.holds(case, exactly).await;
    }
    inspector.holds(Case::good(stage(None, right), assembled), exactly).await.unwrap()
}

async fn review(shop: &Shop, inspector: &mut Inspector, screened: Screened) -> Approved {
    let stage = || Review::new(shop.live(|_| {}), shop::notes(), shop.clock.clone());
    let found = |severity| {
        let mut found = screened.clone();
        let (rule, message) = ("ad.wording".to_owned(), "sounds like an ad".to_owned());
        found.verdict.findings = vec![Finding { rule, severity, message, ..Finding::default() }];
        found
    };
    let mut nameless = screened.clone();
    "none".clone_into(&mut nameless.assembled.cut.hash);
    let cases = [
        Case::other("held", stage(), found(Severity::Hold), Says::Hold("needs_review"), "ad.wording"),
        Case::other("blocked", stage(), found(Severity::Block), Says::Reject("blocked"), "ad.wording"),
        Case::other("hash", stage(), nameless, Says::Fails("cut_hash", Then::GiveUp), "`none`"),
    ];
    for case in cases {
        inspector.holds(case, exactly).await;
    }
    inspector.holds(Case::good(stage(), screened), exactly).await.unwrap()
}

async fn schedule(shop: &Shop, inspector: &mut Inspector, approved: Approved) -> Scheduled {
    let stage = |enabled: bool| {
        let live = shop.live(|settings| settings.accounts.values_mut().for_each(|account| account.enabled = enabled));
        Schedule::new(live, shop::notes(), shop.clock.clone())
    };
    let mut gone = approved.clone();
    gone.screened.assembled.voiced.scripted.brief.account = AccountId::parse("gone").unwrap();
    let deaf = Schedule::new(shop.live(|_| {}), Arc::new(NoNotes), shop.clock.clone());
    let cases = [
        Case::other("account", stage(true), gone, Says::Hold("unknown_account"), "gone"),
        Case::other("off", stage(false), approved.clone(), Says::Later, ""),
        Case::other("notes", deaf, approved.clone(), Says::Fails("journal", Then::StopStage), "alpha"),
    ];
    for case in cases {
        inspector.holds(case, exactly).await;
    }
    inspector.holds(Case::good(stage(true), approved), exactly).await.unwrap()
}

async fn deliver(shop: &Shop, inspector: &mut Inspector, scheduled: Scheduled) {
    let stage = |outbox: &str| {
        let live = shop.live(|settings| settings.deliver.outbox = shop.path(outbox));
        Deliver::new(live, shop.artifacts.clone(), shop::notes(), shop.clock.clone(), None)
    };
    let mut far = scheduled.clone();
    far.slot.at = "2027-11-21T12:00:00Z".parse().unwrap();
    let mut other = scheduled.clone();
    other.approved.approval.cut_hash = "0".repeat(64);
    let mut gone = scheduled.clone();
    gone.approved.screened.assembled.cut.poster = ArtifactKey::parse("assemble/00/gone.png").unwrap();
    std::fs::write(shop.path("a-file"), "not a folder").unwrap();
    let cases = [
        Case::other("far", stage("outbox"), far, Says::Later, ""),
        Case::other("approval", stage("outbox"), other, Says::Hold("not_deliverable"), "000000"),
        Case::other("poster", stage("outbox"), gone, Says::Fails("artifact", Then::GiveUp), "gone.png"),
        Case::other(
            "outbox",
            stage("a-file"),
            scheduled.clone(),
            Says::Fails("outbox_unwritable", Then::StopStage),
            "a-file",
        ),
    ];
    for case in cases {
        inspector.holds(case, exactly).await;
    }
    inspector.holds(Case::good(stage("outbox"), scheduled), exactly).await.unwrap();
}

async fn keep(shop: &Shop, inspector: &mut Inspector, screened: Screened) {
    let stage = |folder: &str| Keep::new(shop.artifacts.clone(), shop.path(folder), reelpress::keep::Kept::default());
    std::fs::create_dir(shop.path("kept")).unwrap();
    let mut gone = screened.clone();
    gone.assembled.cut.video = ArtifactKey::parse("assemble/00/gone.mp4").unwrap();
    let folder = Says::Fails("artifact_store", Then::Retry);
    let cases = [
        Case::other("gone", stage("kept"), gone, Says::Fails("artifact_store", Then::GiveUp), "gone.mp4"),
        Case::other("folder", stage("no-folder"), screened.clone(), folder, "assemble/"),
    ];
    for case in cases {
        inspector.holds(case, exactly).await;
    }
    inspector.holds(Case::good(stage("kept"), screened), exactly).await.unwrap();
}

/// Every `impl Stage for` of the product.
fn stages_in(folder: &Path, into: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("tests") && !path.ends_with("target") {
                stages_in(&path, into);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let names = text.lines().filter_map(|line| line.strip_prefix("impl Stage for "));
            into.extend(names.filter_map(|rest| rest.split_whitespace().next()).map(str::to_owned));
        }
    }
}

#[tokio::test]
async fn every_stage_keeps_the_contract() {
    let shop = Shop::new();
    let mut inspector =
        Inspector { artifacts: shop.artifacts.clone(), seen: BTreeSet::new(), stopped: Vec::new(), items: 0 };
    let scripted = Box::pin(script(&shop, &mut inspector)).await;
    let voiced = voice(&shop, &mut inspector, scripted).await;
    let assembled = Box::pin(assemble(&shop, &mut inspector, voiced)).await;
    let screened = Box::pin(screen(&shop, &mut inspector, assembled)).await;
    Box::pin(keep(&shop, &mut inspector, screened.clone())).await;
    let approved = Box::pin(review(&shop, &mut inspector, screened)).await;
    let scheduled = Box::pin(schedule(&shop, &mut inspector, approved)).await;
    Box::pin(deliver(&shop, &mut inspector, scheduled)).await;

    assert_eq!(inspector.stopped, [std::any::type_name::<Assemble>()], "encoding is the long work");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut there = BTreeSet::new();
    stages_in(&root.join("stages"), &mut there);
    stages_in(&root.join("pipeline/daemon"), &mut there);
    assert_eq!(inspector.seen, there, "each stage of the product has its cases here");
}
