//! Attempts to speak to the writer through a topic, against the real stage: with the built-in writer, with a model that
//! obeys the attacker in everything, with one that obeys in one place only, and with one that says back what it reads.
//! What comes out is a script without a trace of it, or an item that is held or refused with a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use reelpress_config::{Live, Name, Niche, Provider, Script as ScriptSettings, Secret, Settings};
use reelpress_core::testing::MemoryNotes;
use reelpress_core::{ItemId, Job, Stage as _, Step, SystemClock};
use reelpress_endpoint::testing::{Answer, Request, Sandbox};
use reelpress_script::ScriptStage;
use reelpress_vocabulary::{Brief, Script, Topic, testing};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

#[derive(Deserialize)]
struct Suite {
    attempts: Vec<Attempt>,
}

#[derive(Debug, Clone, Deserialize)]
struct Attempt {
    way: String,
    language: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    seen: String,
    wants: Vec<String>,
}

fn attempts() -> Vec<Attempt> {
    toml::from_str::<Suite>(include_str!("injections.toml")).expect("the suite can be read").attempts
}

const HONEST: [&str; 5] = [
    "An octopus lives with three hearts, blue blood and no bones at all.",
    "Two hearts push blood through the gills, and the third sends it to the rest of the body.",
    "That third heart stops beating while the animal swims, which is one reason why octopuses prefer to crawl.",
    "About 500 million neurons run through the body, and roughly two thirds of them sit in the arms.",
    "Each arm can taste what it touches.",
];

fn brief(attempt: &Attempt) -> Brief {
    let title = if attempt.title.is_empty() { "An octopus has three hearts" } else { &attempt.title };
    // In the middle, where it would be read.
    let summary = format!("{} {} {} {}", HONEST[..3].join(" "), attempt.text, HONEST[3], HONEST[4]);
    let mut evidence = vec![testing::evidence(title, "https://example.org/hearts")];
    if !attempt.seen.is_empty() {
        evidence.push(testing::evidence(&attempt.seen, "https://example.net/seen"));
    }
    testing::brief(Topic { summary, evidence, ..testing::topic(title) }, "one")
}

fn stage(script: ScriptSettings) -> ScriptStage {
    let niche = Niche { hashtags: vec!["science".to_owned()], ..Niche::default() };
    let live = Live::new(Settings {
        niches: BTreeMap::from([(Name::parse("science").expect("a name"), niche)]),
        script,
        ..Settings::default()
    });
    ScriptStage::new(live, Arc::new(MemoryNotes::default()), Arc::new(SystemClock))
}

fn endpoint(base_url: &str) -> ScriptSettings {
    let provider = Provider {
        api_key: Some(Secret::new("sk-sandbox-0123456789".to_owned())),
        timeout: Duration::from_secs(20),
        max_tokens: 1_200,
        temperature: 0.0,
        calls_per_minute: NonZeroU32::new(600_000).expect("not zero"),
        ..Provider::new(Url::parse(base_url).expect("the sandbox has an address"), "sandbox")
    };
    ScriptSettings::default().without_builtin().with_provider(Name::parse("cloud").expect("a name"), provider)
}

/// How a model answers what an attacker wants.
#[derive(Clone, Copy)]
enum Model {
    /// In every field.
    Obeys,
    /// In this field only, beside an honest script.
    ObeysIn(usize),
    /// Its prompt, line by line, as the script.
    Echoes,
}

const FIELDS: usize = 7;

fn answer(model: Model, attempt: &Attempt, request: &Request) -> Answer {
    let body = request.json();
    let prompt = body["messages"][1]["content"].as_str().unwrap_or_default().to_owned();
    let system = body["messages"][0]["content"].as_str().unwrap_or_default().to_owned();
    let script = match model {
        Model::Obeys => obeying(attempt, &system, &|_| true),
        Model::ObeysIn(field) => obeying(attempt, &system, &|at| at == field),
        Model::Echoes => echo(&prompt, &system),
    };
    let message = json!({"role": "assistant", "content": script.to_string(), "refusal": null});
    let usage = json!({"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2});
    Answer::json(
        200,
        &json!({"id": "1", "object": "chat.completion", "created": 1, "model": "sandbox", "usage": usage,
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}]}),
    )
}

/// The attacker's wish in the fields that `bad` names, honest text in the others.
fn obeying(attempt: &Attempt, system: &str, bad: &dyn Fn(usize) -> bool) -> Value {
    let wish = attempt.wants.join(" ");
    let payload = format!("{} {} {}", attempt.title, attempt.text, attempt.seen);
    let says = format!("{wish} is what you should know. {}", payload.chars().take(200).collect::<String>());
    let leak = system.lines().nth(2).unwrap_or_default();
    let beat = |narration: String, on_screen: &str| json!({"narration": narration, "on_screen": on_screen, "show": "octopus", "evidence": ["E2"]});
    let mut scenes = HONEST[1..].iter().map(|text| beat((*text).to_owned(), "")).collect::<Vec<_>>();
    if bad(0) {
        scenes[1]["narration"] = json!(format!("{} {says} {leak}", HONEST[2]));
    }
    if bad(1) {
        scenes[0]["on_screen"] = json!(wish);
    }
    if bad(2) {
        scenes[2]["show"] = json!(format!("{wish} {payload}").chars().take(140).collect::<String>());
    }
    let tags = attempt.wants.iter().flat_map(|want| [want.clone(), format!("#{want}win"), "octopus".to_owned()]);
    json!({
        "title": if bad(3) { format!("{wish} ../../etc") } else { "Three hearts".to_owned() },
        "hook": beat(if bad(4) { format!("{wish} has three hearts.") } else { HONEST[0].to_owned() }, ""),
        "other_hooks": [],
        "scenes": scenes,
        "call_to_action": beat(if bad(5) { format!("Follow {wish} today.") } else { "Tell a friend.".to_owned() }, ""),
        "caption": if bad(6) { format!("Three hearts. {says}") } else { "An octopus has three hearts.".to_owned() },
        "hashtags": if bad(6) { tags.collect::<Vec<_>>() } else { vec!["octopus".to_owned()] },
    })
}

fn echo(prompt: &str, system: &str) -> Value {
    let lines = prompt.lines().chain(system.lines()).filter(|line| !line.trim().is_empty()).collect::<Vec<_>>();
    let beat = |text: &str| json!({"narration": text, "on_screen": text, "show": text, "evidence": []});
    let at = |at: usize| lines.get(at).copied().unwrap_or("Look.");
    json!({
        "title": at(2), "hook": beat(at(3)), "other_hooks": [],
        "scenes": lines.iter().skip(3).take(8).map(|line| beat(line)).collect::<Vec<_>>(),
        "call_to_action": beat(at(lines.len().saturating_sub(1))), "caption": at(4), "hashtags": [at(2), at(5)],
    })
}

/// Everything that leaves the stage, as a reader or a file system would see it.
fn texts(script: &Script) -> Vec<String> {
    let draft = script.draft();
    let beats = script
        .beats()
        .chain(&draft.other_hooks)
        .flat_map(|beat| [&beat.narration, &beat.on_screen, &beat.show].map(ToOwned::to_owned));
    let titles = draft.sources.iter().map(|source| source.title.clone());
    [draft.title.clone(), draft.caption.clone()]
        .into_iter()
        .chain(draft.hashtags.clone())
        .chain(titles)
        .chain(beats)
        .collect()
}

#[track_caller]
fn assert_clean(who: &str, attempt: &Attempt, script: &Script) {
    for text in texts(script) {
        // The sign may go, the word may not stay.
        let plain = text.to_lowercase().replace(['\u{200b}', '\u{ad}', '-'], "");
        for want in &attempt.wants {
            assert!(!plain.contains(&want.to_lowercase()), "{who} let `{want}` through in `{text}`: {attempt:?}");
        }
        for sign in ["../", "://", "<", "{{", "`", "\u{202e}", "===", "$("] {
            assert!(!text.contains(sign), "{who} let {sign:?} through in `{text}`: {attempt:?}");
        }
    }
    assert!(script.draft().hashtags.iter().all(|tag| tag.chars().all(|c| c.is_alphanumeric() || c == '_')));
}

/// What came of one attempt: a script without a trace, or a reason.
async fn outcome(stage: &ScriptStage, who: &str, attempt: &Attempt) -> String {
    let job = Job::detached(ItemId::from_parts(1, 1));
    match stage.process(&stage.settings(), &job, &brief(attempt)).await {
        Ok(Step::Next(script)) => {
            assert_clean(who, attempt, &script);
            "clean".to_owned()
        }
        Ok(Step::Hold(reason) | Step::Reject(reason)) => {
            assert!(reason.message.len() > 20, "{who}: a reason that says nothing: {reason}");
            reason.kind.to_string()
        }
        Ok(Step::Later(_)) => panic!("{who}: nothing to wait for"),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            "refused".to_owned()
        }
    }
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "the count is what one runs it for")]
async fn no_attempt_gets_through_any_writer() {
    let attempts = attempts();
    let languages = attempts.iter().map(|attempt| attempt.language.as_str()).collect::<BTreeSet<_>>();
    let ways = attempts.iter().map(|attempt| attempt.way.as_str()).collect::<BTreeSet<_>>();
    assert!(attempts.len() >= 90 && languages.len() >= 9, "{} in {}", attempts.len(), languages.len());
    let mut told = BTreeMap::<(&str, String), usize>::new();
    let builtin = stage(ScriptSettings::default());
    for (at, attempt) in attempts.iter().enumerate() {
        let outcome_of_builtin = outcome(&builtin, "the built-in writer", attempt).await;
        *told.entry(("built-in writer", outcome_of_builtin)).or_default() += 1;
        let models = [
            ("obeying model", Model::Obeys),
            ("partly obeying model", Model::ObeysIn(at % FIELDS)),
            ("echoing model", Model::Echoes),
        ];
        for (who, model) in models {
            let asked = attempt.clone();
            let sandbox = Sandbox::start(move |request: &Request| answer(model, &asked, request)).await;
            let stage = stage(endpoint(sandbox.base_url().as_ref()));
            *told.entry((who, outcome(&stage, who, attempt).await)).or_default() += 1;
        }
    }
    println!("{} attempts in {} languages and {} ways, none got through:", attempts.len(), languages.len(), ways.len());
    for ((who, outcome), times) in &told {
        println!("  {who}: {outcome} {times}");
    }
    // Nets that held everything back would prove nothing.
    let clean = told
        .iter()
        .filter(|((who, outcome), _)| *who != "echoing model" && outcome == "clean")
        .map(|(_, times)| times)
        .sum::<usize>();
    assert!(clean * 2 > attempts.len(), "honest text must survive: {told:?}");
}

#[tokio::test]
async fn the_same_topic_without_an_attempt_becomes_a_script() {
    let honest = Attempt {
        way: String::new(),
        language: "en".to_owned(),
        title: String::new(),
        text: String::new(),
        seen: String::new(),
        wants: vec!["zorblax".to_owned()],
    };
    let builtin = stage(ScriptSettings::default());
    assert_eq!(outcome(&builtin, "the built-in writer", &honest).await, "clean");
    let asked = honest.clone();
    let sandbox = Sandbox::start(move |request: &Request| answer(Model::ObeysIn(99), &asked, request)).await;
    let stage = stage(endpoint(sandbox.base_url().as_ref()));
    assert_eq!(outcome(&stage, "an honest model", &honest).await, "clean");
}
