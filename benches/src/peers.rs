//! The same cut by other tools, where they are installed: pictures in slow motion, words as captions, speech over music,
//! one encode with the same settings.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use reelpress_vocabulary::Voiced;

use crate::cpu;
use crate::cut::PICTURES;
use crate::studio::Studio;
use crate::waiting;
use reelpress_figures::Figures;

/// `assemble.peer_*_ratio`: CPU time of the tool against `encoding`, that of our encoder alone.
pub(crate) fn measure(studio: &Studio, input: &Voiced, encoding: f64, figures: &mut Figures) -> anyhow::Result<()> {
    let bar = waiting::bar("other tools", 2);
    bar.tick();
    let folder = tempfile::tempdir().context("could not make a folder")?;
    studio.copy_inputs(input, folder.path())?;
    std::fs::write(folder.path().join("words.ass"), subtitles(studio, input)).context("could not write captions")?;
    report("assemble.peer_ffmpeg_ratio", cost(&mut ffmpeg(studio, input, folder.path())), encoding, figures);
    bar.inc(1);
    let mut python = Command::new("python3");
    python.current_dir(folder.path()).args(["-c", "import moviepy"]);
    if cost(&mut python).ok().flatten().is_some() {
        let mut script = Command::new("python3");
        script.current_dir(folder.path()).args(["-c", include_str!("peers/moviepy_cut.py")]);
        script.args([studio.spec.width, studio.spec.height, studio.spec.fps].map(|number| number.to_string()));
        script.args(PICTURES);
        report("assemble.peer_moviepy_ratio", cost(&mut script), encoding, figures);
    } else {
        figures.say("assemble.peer_moviepy_ratio", "not installed");
    }
    bar.finish_and_clear();
    Ok(())
}

/// A tool that does not work is worth a line, not the figures that were measured before it.
fn report(name: &'static str, cost: anyhow::Result<Option<f64>>, encoding: f64, figures: &mut Figures) {
    match cost {
        Ok(Some(cost)) => figures.add(name, cost / encoding, "x encoder alone"),
        Ok(None) => figures.say(name, "not installed"),
        Err(error) => figures.say(name, &format!("does not work: {error}")),
    }
}

/// CPU seconds of a program; `None` if it is not there.
fn cost(command: &mut Command) -> anyhow::Result<Option<f64>> {
    let before = cpu::used_by_children().context("no /proc here")?;
    let output = match command.stdin(Stdio::null()).output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context("a tool could not be started"),
    };
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{} failed: {said}", command.get_program().display());
    Ok(Some(cpu::used_by_children().context("no /proc here")? - before))
}

/// One graph: a moving window over each picture, joined, captions, speech over ducked noise, loudness.
fn ffmpeg(studio: &Studio, input: &Voiced, folder: &Path) -> Command {
    let (width, height, fps) = (studio.spec.width, studio.spec.height, studio.spec.fps);
    let mut command = Command::new("ffmpeg");
    command.current_dir(folder).args(["-v", "error", "-y", "-filter_complex_threads", "1", "-filter_threads", "1"]);
    let mut graph = String::new();
    // Writing to a string cannot fail.
    for (at, (name, beat)) in PICTURES.iter().zip(&input.voice.beats).enumerate() {
        command.args(["-i", &format!("{name}.jpg")]);
        let frames = beat.duration_ms * u64::from(fps) / 1_000;
        let large = (width * 11 / 10 / 2 * 2, height * 11 / 10 / 2 * 2);
        write!(
            graph,
            "[{at}:v]scale={}:{}:force_original_aspect_ratio=increase,crop={}:{},zoompan=z='1.1-0.08*on/{frames}':\
             x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2':d={frames}:s={width}x{height}:fps={fps}[v{at}];",
            large.0, large.1, large.0, large.1
        )
        .ok();
    }
    for at in 0..PICTURES.len() {
        command.args(["-i", &format!("speech-{at}.wav")]);
        write!(graph, "[v{at}]").ok();
    }
    write!(graph, "concat=n={}:v=1:a=0[film];[film]ass=words.ass,format=yuv420p[video];", PICTURES.len()).ok();
    (PICTURES.len()..2 * PICTURES.len()).for_each(|at| write!(graph, "[{at}:a]").ok().unwrap_or_default());
    write!(
        graph,
        "concat=n={}:v=0:a=1,aresample=48000,aformat=channel_layouts=stereo,asplit[said][key];\
         anoisesrc=color=pink:amplitude=0.1:sample_rate=48000:duration=60,aformat=channel_layouts=stereo[bed];\
         [bed][key]sidechaincompress=threshold=0.03:ratio=8:attack=20:release=300[low];\
         [said][low]amix=inputs=2:duration=first,loudnorm=I=-14:TP=-1.5,aresample=48000,\
         aformat=channel_layouts=stereo[audio]",
        PICTURES.len()
    )
    .ok();
    command.args(["-filter_complex", &graph, "-map", "[video]", "-map", "[audio]"]);
    command.args(["-c:v", "libx264", "-preset", &studio.spec.preset, "-crf", &studio.spec.crf.to_string()]);
    command.args(["-threads", "1", "-c:a", "aac", "-b:a", "160k", "ffmpeg.mp4"]);
    command
}

/// Captions, one event for each word.
fn subtitles(studio: &Studio, input: &Voiced) -> String {
    let time =
        |ms: u64| format!("{}:{:02}:{:02}.{:02}", ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms / 10 % 100);
    let (width, height) = (studio.spec.width, studio.spec.height);
    let mut text = format!(
        "[Script Info]\nScriptType: v4.00+\nPlayResX: {width}\nPlayResY: {height}\n\n[V4+ Styles]\nFormat: Name, \
         Fontname, Fontsize, PrimaryColour, OutlineColour, Bold, Outline, Shadow, Alignment, MarginV\nStyle: \
         Word,Inter,{},&H00FFFFFF,&H00000000,1,4,2,2,{}\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n",
        height / 24,
        height / 8
    );
    let mut start = 0;
    for beat in &input.voice.beats {
        for at in 0..beat.words.len() {
            let (first, last) = (at / 4 * 4, (at / 4 * 4 + 4).min(beat.words.len()));
            let end = beat.words.get(at + 1).map_or(beat.duration_ms, |next| next.start_ms);
            let line = beat.words[first..last].iter().enumerate().map(|(word_at, word)| {
                let colour = if first + word_at == at { r"{\c&HC2F26C&}" } else { r"{\c&HFFFFFF&}" };
                format!("{colour}{}", word.text)
            });
            let line = line.collect::<Vec<_>>().join(" ");
            let (from, to) = (time(start + beat.words[at].start_ms), time(start + end));
            // Writing to a string cannot fail.
            writeln!(text, "Dialogue: 0,{from},{to},Word,{line}").ok();
        }
        start += beat.duration_ms;
    }
    text
}
