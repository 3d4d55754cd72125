//! For who writes rules: `cargo run -p reelpress-policy --example tune -- config/policies [CORPUS.ndjson]` names the cases
//! that fail and what is wrong on a part of the corpus, and how long one subject takes. `--page` prints docs/POLICIES.md.
#![expect(clippy::print_stdout, reason = "a tool for the desk")]
#![expect(clippy::disallowed_methods, reason = "it measures real time")]

use std::path::Path;
use std::time::Instant;

use reelpress_policy::{Corpus, Field, Policies, Subject, page, test_cases};

/// Times that a subject is judged.
const ROUNDS: u32 = 300;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    if arguments.first().is_some_and(|first| first == "--page") {
        println!("{}", page(&Policies::built_in())?.trim_end());
        return Ok(());
    }
    let folder = arguments.first().map_or("config/policies", String::as_str);
    let policies = Policies::load(Path::new(folder))?;
    for pack in test_cases(&policies) {
        for problem in pack.problems {
            println!("{problem}");
        }
    }
    if let Some(file) = arguments.get(1) {
        let corpus = Corpus::parse(&std::fs::read_to_string(file)?)?;
        for line in corpus.mistakes(&policies) {
            println!("{line}");
        }
        println!("{:?}", corpus.scores(&policies).get(&("all".to_owned(), None)));
    }
    let subject = subject();
    let start = Instant::now();
    for _ in 0..ROUNDS {
        std::hint::black_box(policies.judge(std::hint::black_box(&subject)));
    }
    println!(
        "{:.0} microseconds a subject, {:?} phrases and patterns",
        start.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS),
        policies.size()
    );
    Ok(())
}

/// A script of ordinary length, with posts for three platforms.
fn subject() -> Subject {
    let mut subject = Subject { language: Some("en".to_owned()), ..Subject::default() };
    subject.add(Field::Title, "title", "Why bridges hum");
    for at in 0..8 {
        let text = "Engineers listen to that sound with small microphones, because another tone is the first sign of a loose cable.";
        subject.add(Field::Narration, &format!("scenes[{at}].narration"), text);
        subject.add(Field::OnScreen, &format!("scenes[{at}].on_screen"), "Cables sing in the wind");
    }
    let caption =
        "A short look at adorable, humming bridges – and at the people who keep them standing. Which one do you know?";
    subject.add(Field::Caption, "caption", caption);
    subject.add(Field::Hashtags, "hashtags", "#bridges #wind #sound");
    subject.add(Field::Post, "post", &format!("{caption}\n\nThis video was made with AI.\n\n#bridges #wind #sound"));
    subject.recent_captions =
        Some((0..30).map(|at| format!("Caption number {at} is about something else entirely")).collect());
    subject
}
