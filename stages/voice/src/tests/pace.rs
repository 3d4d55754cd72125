//! How fast the engines speak, in words as scripts count them. `cargo nextest run -p reelpress-voice --no-capture pace`.

use reelpress_vocabulary::{Pace, spoken_words};

use super::*;

const TEXTS: [(&str, [&str; 4]); 4] = [
    (
        "en",
        [
            "A bridge can sing when the wind is right.",
            "Each cable swings at a pitch of its own, and the deck below it answers like the body of a drum.",
            "Engineers listen to that sound with small microphones, because another tone is the first sign of a loose cable.",
            "Listen the next time you cross one.",
        ],
    ),
    (
        "de",
        [
            "Eine Brücke kann singen, wenn der Wind richtig steht.",
            "Jedes Seil schwingt in seinem eigenen Ton, und die Fahrbahn darunter antwortet wie der Körper einer Trommel.",
            "Fachleute hören mit kleinen Mikrofonen zu, denn ein anderer Ton ist das erste Zeichen für ein loses Seil.",
            "Hör beim nächsten Mal genau hin.",
        ],
    ),
    (
        "es",
        [
            "Un puente puede cantar cuando sopla el viento adecuado.",
            "Cada cable vibra con su propio tono, y el tablero de abajo responde como el cuerpo de un tambor.",
            "Los técnicos escuchan ese sonido con micrófonos pequeños, porque otro tono es la primera señal de un cable suelto.",
            "Escucha la próxima vez que cruces uno.",
        ],
    ),
    (
        "fr",
        [
            "Un pont peut chanter quand le vent est bon.",
            "Chaque câble vibre à sa propre hauteur, et le tablier en dessous répond comme le corps d'un tambour.",
            "Les équipes écoutent ce son avec de petits micros, car un autre ton est le premier signe d'un câble desserré.",
            "Écoutez bien la prochaine fois que vous en traversez un.",
        ],
    ),
];

#[tokio::test]
#[expect(clippy::print_stdout, reason = "the measured pace is what one runs it for")]
async fn how_fast_the_engines_speak() {
    let espeak = Settings {
        voice: reelpress_config::Voice {
            engine: Some(reelpress_config::SpeechEngine::EspeakNg),
            ..Settings::default().voice
        },
        ..Settings::default()
    };
    let engines = [Settings::default(), espeak];
    for (settings, (language, narrations)) in
        engines.iter().flat_map(|settings| TEXTS.iter().map(move |text| (settings, *text)))
    {
        let input = scripted(language, &narrations);
        let artifacts = Arc::new(MemoryArtifacts::default());
        let stage = Voice::new(Live::new(settings.clone()), artifacts).unwrap();
        let pace = Pace::default();
        let stage = stage.telling(pace.clone());
        let step = stage.process(&stage.settings(), &Job::detached(ItemId::from_parts(1, 1)), &input).await.unwrap();
        let Step::Next(track) = step else { panic!("{step:?}") };
        let words = narrations.iter().map(|text| spoken_words(text)).sum::<usize>();
        let seconds = track.duration_ms() as f64 / 1_000.0;
        let measured = words as f64 / seconds;
        println!("{language}: {words} words in {seconds:.2} s, {measured:.2} words a second ({})", track.voice);
        assert!((1.5..5.0).contains(&measured), "{language}: {measured}");
        let heard = pace.kept().into_iter().find(|(key, _)| key.ends_with(&format!("\n{language}"))).unwrap().1;
        assert!(
            (heard.words - words as f64).abs() < 1e-9 && (heard.seconds - seconds).abs() < 1e-9,
            "the stage tells it"
        );
    }
}
