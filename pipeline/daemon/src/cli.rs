//! The command line.

pub(crate) mod policy;
pub(crate) mod similar;
pub(crate) mod trends;
pub(crate) mod user;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A press for short vertical video: feeds in, finished and checked videos out.
///
/// Works out of the box with no key, no network and no account: try `reelpress make --topic "The Moon is moving away"`.
#[derive(Debug, Parser)]
#[command(name = "reelpress", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Config file; default: ./reelpress.toml if it is there, else built-in defaults
    #[arg(long, short, global = true, env = "REELPRESS_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Write the log as JSON, one object a line
    #[arg(long, global = true)]
    pub(crate) log_json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    pub(crate) fn is_daemon(&self) -> bool {
        matches!(self.command, Command::Run)
    }
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 not done (an item held or rejected on its way, or not known), 2 wrong usage, 65 unusable input, \
69 something cannot be reached, 70 internal, 75 the grace of a stop ran out, 78 mistakes in the config file.";

const PROVENANCE: &str = "Reads the whole file and no network. Who signed is told as the certificate says it: whether to \
trust them is for you to judge. Ends with 0 if the file is as it was signed, 1 if it was changed, 65 if it has no content \
credentials or is no video.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make videos now, into a folder, and show how far each is
    Make(Make),
    /// Run the daemon: read feeds, make videos, deliver them on time
    ///
    /// The review console is at its address, under /console. As long as nobody was added with `reelpress user add`, a
    /// link is printed that signs in once, as an admin, from this machine only.
    Run,
    /// Say where the review console is; prints a link that signs in once as long as there are no users
    Console,
    /// Add, list and remove people who may sign in to the review console
    #[command(subcommand)]
    User(user::User),
    /// Say what the daemon is doing
    Status(Output),
    /// Look at items: where they are, and their whole life
    #[command(subcommand)]
    Items(Items),
    /// See and decide what waits for a person
    #[command(subcommand)]
    Review(Review),
    /// See which pictures, clips and sounds may be used, and where they went
    #[command(subcommand)]
    Media(Media),
    /// See what rises and why: report, library, sources; mend topics; replay recordings
    #[command(subcommand)]
    Trends(trends::Trends),
    /// Compare videos and pictures with what was made before: which seconds are the same
    Similar(similar::Similar),
    /// See, test and try the rules that texts are held against
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Say what a finished video was made of and by, as signed in its file, and whether it was changed since
    #[command(after_help = PROVENANCE)]
    Provenance {
        /// An MP4 file with content credentials (C2PA)
        file: PathBuf,
    },
    /// Check the config file: every mistake with file, line and column
    Check {
        /// Config file; default: the one the other commands use
        file: Option<PathBuf>,
    },
    /// Say what this machine lacks, and the command that mends it
    Doctor,
    /// Look at the config
    #[command(subcommand)]
    Config(Config),
    /// See, check and make templates: how scenes become pictures
    #[command(subcommand)]
    Template(Template),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Template {
    /// List the templates there are: the built-in ones and those of `[assemble] templates`
    List,
    /// Check templates: every mistake with file, line and column, and what could not be read or seen on a phone
    #[command(
        after_help = "Without a path: the built-in templates, those of the config's folder, and each in the colours of \
the niches that use it.\nExit code 1 if anything is wrong."
    )]
    Check {
        /// Template files, or folders of them
        #[arg(value_name = "FILE|DIR")]
        paths: Vec<PathBuf>,
    },
    /// Write a template's file to start from
    New(NewTemplate),
    /// Press a short video and a contact sheet of a template, on a sample script or your own, without speech
    Preview(PreviewTemplate),
    /// Make the page with a picture of every template
    Gallery {
        /// Where the page and its pictures go
        #[arg(long, default_value = "docs", value_name = "FOLDER")]
        out: PathBuf,
    },
    /// Print the reference of a template's file: every key, its default and what it does
    Format,
}

/// `reelpress template new`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  reelpress template new house                          a palette, a layout and a motion that go together
  reelpress template new house --seed 42                others; the same seed gives the same template
  reelpress template new house --from news-brief        a copy, with its comments, to change by hand
  reelpress template new house --from quiz --seed 7     its layout in other colours, type and motion")]
pub(crate) struct NewTemplate {
    /// Its name: lower-case letters, digits and dashes; a built-in one's name stands in for it
    pub(crate) name: String,
    /// Start from this template
    #[arg(long, value_name = "TEMPLATE")]
    pub(crate) from: Option<String>,
    /// Choose colours, type and motion by this number; default without --from: a number made of the name
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Where to write NAME.toml; default: the folder of `[assemble] templates`, else ./templates
    #[arg(long, value_name = "FOLDER")]
    pub(crate) to: Option<PathBuf>,
}

/// `reelpress template preview`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  reelpress template preview quiz                       out/preview/quiz.mp4 and quiz.png
  reelpress template preview house --shape 16:9         as it looks on a wide frame
  reelpress template preview house --media photos       on your pictures and clips, a file a scene
  reelpress template preview house --script words.toml  on your words, in the format of `make --script`
  reelpress template preview templates/house.toml       a file that is still being written")]
pub(crate) struct PreviewTemplate {
    /// A template's name, or its file
    #[arg(value_name = "NAME|FILE")]
    pub(crate) template: String,
    /// The niche whose brand kit it wears; default: none
    #[arg(long, value_name = "NAME")]
    pub(crate) niche: Option<String>,
    /// The frame's shape
    #[arg(long, default_value = "9:16", value_parser = ["9:16", "4:5", "1:1", "16:9"])]
    pub(crate) shape: String,
    /// A script to show it on, as TOML or JSON; default: a sample of five scenes
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
    /// A folder of pictures and clips for the scenes, in the order of their names; default: drawn grounds
    #[arg(long, value_name = "FOLDER")]
    pub(crate) media: Option<PathBuf>,
    /// The script's language, ISO 639-1; default: the niche's, else en
    #[arg(long, value_name = "CODE", requires = "script")]
    pub(crate) language: Option<String>,
    /// Where the files go
    #[arg(long, short, default_value = "out/preview", value_name = "FOLDER")]
    pub(crate) out: PathBuf,
}

/// `reelpress make`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  reelpress make --feed config/demo/feed.xml --count 3 --out out/demo
  reelpress make --topic \"Why is the sky blue?\" --summary facts.txt
  reelpress make --script script.toml --template calm")]
pub(crate) struct Make {
    /// A topic in a few words; may be given more than once
    #[arg(long, value_name = "TEXT")]
    pub(crate) topic: Vec<String>,
    /// A text file with the facts about the topic (for --topic)
    #[arg(long, value_name = "FILE", requires = "topic")]
    pub(crate) summary: Option<PathBuf>,
    /// A feed: RSS, Atom, JSON Feed, NDJSON or CSV; a file or an address
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) feed: Vec<String>,
    /// A script that a person wrote, as TOML or JSON; its table `declared` says who gains (`commercial.kind`), `regions` and such
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Vec<PathBuf>,
    /// How many videos to make of what was given
    #[arg(long, short = 'n', default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) count: u32,
    /// Make each video with so many hooks, to try them against each other; default: the niche's `hook_variants`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=8))]
    pub(crate) variants: Option<u32>,
    /// Which niche of the config to write for; default: the first
    #[arg(long, value_name = "NAME")]
    pub(crate) niche: Option<String>,
    /// Which template to use; default: the niche's, in turn
    #[arg(long, value_name = "NAME")]
    pub(crate) template: Option<String>,
    /// Where the videos go
    #[arg(long, short, default_value = "out", value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    /// Also write contact-sheet.png, a row of frames for each video
    #[arg(long)]
    pub(crate) contact_sheet: bool,
    /// Say which parts of each video were kept from an earlier run, and why the others had to be made
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Output {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Items {
    /// List items, newest last
    List {
        /// Only these: running, held, rejected, finished, archived
        #[arg(long, value_name = "STATUS", value_parser = ["running", "held", "rejected", "finished", "archived"])]
        status: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Show an item's whole life, from the journal
    Show {
        /// The item's id, from `items list`
        id: String,
        #[command(flatten)]
        output: Output,
    },
    /// Let a held item try again where it was held
    Release {
        /// The item's id
        id: String,
        #[command(flatten)]
        who: Who,
    },
    /// End a held item, for good
    GiveUp {
        /// The item's id
        id: String,
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Review {
    /// List what waits for a person
    List(Output),
    /// Show one item: script, findings, files
    Show {
        /// The item's id, from `review list`
        id: String,
        #[command(flatten)]
        output: Output,
    },
    /// Let it go out
    Approve {
        /// The item's id
        id: String,
        #[command(flatten)]
        decision: Decision,
    },
    /// Keep it from going out, for good
    Reject {
        /// The item's id
        id: String,
        #[command(flatten)]
        decision: Decision,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Decision {
    #[command(flatten)]
    pub(crate) who: Who,
    /// The hash of the very cut you looked at, from `review show`; default: the one that waits now
    #[arg(long, value_name = "HASH")]
    pub(crate) cut: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Who {
    /// Your name, for the record
    #[arg(long, env = "USER", value_name = "NAME")]
    pub(crate) by: String,
    /// Why, for the record
    #[arg(long, default_value = "", value_name = "TEXT")]
    pub(crate) note: String,
}

/// `reelpress media`
#[derive(Debug, Subcommand)]
#[command(after_help = MEDIA_HELP)]
pub(crate) enum Media {
    /// List every file: what it is, its licence, what it may be used for, and whether it may be picked now
    List {
        /// Only files of this kind
        #[arg(long, value_name = "KIND", value_parser = ["picture", "clip", "music", "effect", "logo"])]
        kind: Option<String>,
        /// Only files that are not picked
        #[arg(long)]
        barred: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Name everything that is wrong with the records and files; exit code 1 if something is
    Check(Output),
    /// Say which items, cuts and posts hold a file
    #[command(after_help = "Examples:
  reelpress media where-used sea/moon.png
  reelpress media where-used library/sea/moon.png --json
  reelpress media where-used 5d41402abc4b2a76

The journal knows this of every item on the line, and of a finished one for as long as `daemon.keep_history` says;
after that each post's own post.json does.")]
    WhereUsed {
        /// The file's name within its place, its path, or the first 8 or more digits of its hash
        file: String,
        #[command(flatten)]
        output: Output,
    },
}

const MEDIA_HELP: &str = "Files lie in the folders or S3 prefixes of `media.places` in the config. Each place has a licences.toml with a record for
each file:

  [[media]]
  file = \"sea/moon.png\"                  # within the place
  source = \"https://example.org/42\"      # an address or a catalogue number
  licence = \"CC-BY-4.0\"
  uses = [\"commercial\", \"editorial\"]   # `media.uses` in the config says which ones a file must have
  attribution = \"A. Painter\"            # goes into each post
  expires = 2027-12-31                   # last day; leave it out if it never runs out
  tags = [\"night sky\", \"tides\"]         # found by these and by its name
  focus = [0.5, 0.3]                     # the point that a crop keeps: from the left, from the top
  # kind = \"logo\" or \"effect\"; mood = [\"calm\"], tempo = 96 for music; trim = [1.5, 9] in seconds

A file without a record, with one that has run out, or without a needed use is never picked.";

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Print the settings in force, defaults included
    Show,
}
