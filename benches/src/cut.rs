//! The cuts that assembling is measured on: five seconds a scene, pictures in slow motion, a text on each scene, captions
//! word by word, speech and music.

use anyhow::Context as _;
use bytes::Bytes;
use reelpress_config::Settings;
use reelpress_core::ArtifactKey;
use reelpress_vocabulary::{
    AccountId, Brief, Dossier, NicheId, Scene, Script, ScriptDraft, ScriptLimits, Scripted, SpokenBeat, TemplateId,
    Topic, VoiceTrack, Voiced, Word, Writer,
};

const TEMPLATE: &str = "explainer";
const SPEECH_RATE: u32 = 22_050;
const SCENE_MS: u64 = 5_000;
const SCENE_MS_QUICK: u64 = 1_000;
/// A word in 400 ms: the pace of the built-in voice.
const WORD_MS: u64 = 400;

/// What is said, what stands on the screen, and the name of a picture.
const BEATS: [(&str, &str, &str); 12] = [
    ("Every autumn the butterflies fly four thousand kilometers to one forest.", "One forest", "harbour"),
    ("None of them has ever been there, and nobody leads them.", "No map, no guide", "meadow"),
    ("Each one weighs about as much as a paper clip does.", "Half a gram", "glacier"),
    ("They read the sun, and a clock in each feeler corrects it.", "A clock in each feeler", "canyon"),
    ("On cloudy days a sense for the magnetic field takes over.", "A compass for cloudy days", "desert"),
    ("Warm air carries them up, and then they glide for hours.", "They glide for hours", "island"),
    ("At night they sleep in trees, thousands of them on a branch.", "Thousands on a branch", "violin"),
    ("Rivers and mountain passes squeeze them into narrow streams.", "Narrow streams", "engine"),
    ("In November the first of them reach the high fir woods.", "High fir woods", "library"),
    ("There they hang all winter, closed like dry leaves.", "Closed like leaves", "bakery"),
    ("In spring their children begin the way back north.", "The way back", "kitchen"),
    ("Look up in October, and tell us what you see.", "Look up in October", "window"),
];
/// Beats that have a picture in the library.
pub(crate) const PICTURES: [&str; 6] = ["harbour", "meadow", "glacier", "canyon", "desert", "island"];

/// What is changed in a cut that was made before.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Edit<'a> {
    /// The third scene's text.
    pub(crate) third_text: Option<&'a str>,
    /// The last scene's narration, and with it its speech and its text.
    pub(crate) call: Option<&'a str>,
    /// Another brief: all scenes are other ones.
    pub(crate) seed: u64,
}

/// Script and speech of `scenes` scenes; the speech as files by the key the track names.
pub(crate) fn voiced(
    settings: &Settings,
    (scenes, quick): (usize, bool),
    edit: Edit<'_>,
) -> anyhow::Result<(Voiced, Vec<(ArtifactKey, Bytes)>)> {
    let script = script(scenes, edit)?;
    let scene_ms = if quick { SCENE_MS_QUICK } else { SCENE_MS };
    let (mut beats, mut files) = (Vec::new(), Vec::new());
    for (at, beat) in script.beats().enumerate() {
        let is_last = at + 1 == scenes;
        let duration_ms = if is_last { scene_ms - reelpress_assemble::TAIL_MS } else { scene_ms };
        let pitch = if is_last && edit.call.is_some() { 131.0 } else { 110.0 + at as f64 };
        let file = wav(&speech(duration_ms, pitch));
        let audio = ArtifactKey::parse(&format!("voice/bench/{duration_ms}-{pitch}.wav"))?;
        let words = beat.narration.split_whitespace().zip((0..duration_ms - WORD_MS).step_by(WORD_MS as usize));
        let words =
            words.map(|(text, start_ms)| Word { text: text.to_owned(), start_ms, end_ms: start_ms + WORD_MS * 4 / 5 });
        beats.push(SpokenBeat { audio: audio.clone(), duration_ms, words: words.collect() });
        files.push((audio, file));
    }
    let voice = VoiceTrack { beats, voice: "bench buzz".to_owned(), estimated: false };
    Ok((Voiced { scripted: Scripted { brief: brief(settings, edit.seed)?, script }, voice }, files))
}

fn script(scenes: usize, edit: Edit<'_>) -> anyhow::Result<Script> {
    let mut beats: Vec<Scene> = BEATS[..scenes]
        .iter()
        .map(|(narration, on_screen, show)| Scene {
            narration: (*narration).to_owned(),
            on_screen: (*on_screen).to_owned(),
            show: (*show).to_owned(),
            figures: Vec::new(),
            sources: Vec::new(),
        })
        .collect();
    if let Some(text) = edit.third_text {
        text.clone_into(&mut beats[2].on_screen);
    }
    let mut call_to_action = beats.pop().context("a cut has scenes")?;
    if let Some(call) = edit.call {
        call.clone_into(&mut call_to_action.narration);
        "Another call".clone_into(&mut call_to_action.on_screen);
    }
    let hook = beats.remove(0);
    let draft = ScriptDraft {
        title: "A forest they have never seen".to_owned(),
        hook,
        other_hooks: Vec::new(),
        scenes: beats,
        call_to_action,
        caption: "A long way.".to_owned(),
        hashtags: Vec::new(),
        sources: Vec::new(),
    };
    let limits = ScriptLimits { words_min: 1, words_max: 500, scenes_max: BEATS.len(), ..ScriptLimits::default() };
    Ok(draft.check(Writer::Person, &limits)?)
}

fn brief(settings: &Settings, seed: u64) -> anyhow::Result<Brief> {
    let niche = settings.niches.keys().next().context("the default settings have a niche")?;
    let account = settings.accounts.keys().next().context("the default settings have an account")?;
    let title = "Butterflies".to_owned();
    Ok(Brief {
        topic: Topic {
            id: "0a".to_owned(),
            title,
            summary: String::new(),
            language: "en".to_owned(),
            score: 1.0,
            evidence: Vec::new(),
            ..Topic::default()
        },
        niche: NicheId::from(niche.clone()),
        account: AccountId::from(account.clone()),
        template: TemplateId::parse(TEMPLATE)?,
        language: "en".to_owned(),
        seed,
        variant: 0,
        given_script: None,
        format: None,
        suggested_hashtags: Vec::new(),
        dossier: Dossier::default(),
        declared: reelpress_vocabulary::Declared::default(),
    })
}

/// A buzz with the rhythm of speech, so that ducking and loudness have something to do.
fn speech(milliseconds: u64, pitch: f64) -> Vec<i16> {
    let sample = |at: u64| {
        let time = at as f64 / f64::from(SPEECH_RATE);
        let word = (time % 0.4) / 0.4;
        let shape = if word < 0.8 { (word / 0.8 * std::f64::consts::PI).sin() } else { 0.0 };
        let buzz: f64 =
            (1..=12).map(|n| (time * pitch * f64::from(n) * std::f64::consts::TAU).sin() / f64::from(n)).sum();
        (buzz * shape * 9_000.0) as i16
    };
    (0..milliseconds * u64::from(SPEECH_RATE) / 1_000).map(sample).collect()
}

/// 16-bit mono.
fn wav(samples: &[i16]) -> Bytes {
    let bytes = samples.len() as u32 * 2;
    let mut file = Vec::with_capacity(44 + bytes as usize);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + bytes).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend_from_slice(&SPEECH_RATE.to_le_bytes());
    file.extend_from_slice(&(SPEECH_RATE * 2).to_le_bytes());
    file.extend_from_slice(b"\x02\0\x10\0data");
    file.extend_from_slice(&bytes.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file.into()
}
