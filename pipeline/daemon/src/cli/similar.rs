//! `reelpress similar`

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true, after_help = HELP)]
pub(crate) struct Similar {
    /// Videos or pictures to compare with the archive: the same as `query`
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The archive's folder; default: the press's own, `similar` in `daemon.data_dir`
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) index: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Option<SimilarCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SimilarCommand {
    /// Put videos or pictures into the archive, each under its path
    Add {
        /// Videos or pictures of any kind that ffmpeg reads
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Say which earlier ones each file is like, where, and how much; nothing is added
    Query {
        /// Videos or pictures of any kind that ffmpeg reads
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Take some out, by the ids that they were put in under: for retention, or because somebody has a right to it
    Remove {
        /// Ids: paths as they were given to `add`, items of the press
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Say how much is in it
    Stats,
}

const HELP: &str = "Two videos are alike by the share of the one that is in the other, of frames, sources, words or sound: from 0.60 on a \
person looks, from 0.80 on it is rejected.

Examples:
  reelpress similar video.mp4                             is it like anything the press made?
  reelpress similar --index shelf add old/*.mp4           an archive of your own
  reelpress similar --index shelf query new.mp4 --json    which seconds of which earlier file

Exit code 1 if a file is like an earlier one, 65 if one cannot be read.";
