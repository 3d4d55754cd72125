use std::io;
use std::path::Path;

use crate::{Environment, ProcessEnvironment, Secret, load};

/// Everything on a real disk, as the daemon does it.
#[test]
fn a_file_and_its_secret_are_read_from_the_disk() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let text = "deliver.outbox = \"out\"\nscript.writers = [\"cloud\"]\n[script.providers.cloud]\nbase_url = \"http://h/v1\"\n\
                model = \"m\"\napi_key = { file = \"key\" }";
    let file = folder.path().join("reelpress.toml");
    std::fs::write(&file, text).expect("the folder can be written");
    std::fs::write(folder.path().join("key"), "sk-from-disk\n").expect("the folder can be written");
    let settings = load(&file, &ProcessEnvironment).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(settings.deliver.outbox, folder.path().join("out"));
    let (_, provider) = settings.script.chain().next().expect("it is listed");
    assert_eq!(provider.api_key.as_ref().map(Secret::reveal), Some("sk-from-disk"));
}

#[test]
fn what_cannot_be_a_config_file_is_refused_and_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let kind = |path: &Path| ProcessEnvironment.read(path).map(|bytes| bytes.len()).map_err(|error| error.kind());
    assert_eq!(kind(&folder.path().join("none")), Err(io::ErrorKind::NotFound));
    assert_eq!(kind(folder.path()), Err(io::ErrorKind::IsADirectory));
    assert_eq!(kind(Path::new("/dev/zero")), Err(io::ErrorKind::FileTooLarge));
    assert_eq!(kind(Path::new("/dev/null")), Ok(0));
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is a tool of every Linux");
    assert!(made.success());
    assert_eq!(kind(&pipe), Err(io::ErrorKind::InvalidInput));
}

#[test]
fn variables_are_those_of_the_process() {
    assert_eq!(ProcessEnvironment.variable("REELPRESS_NOT_SET_ANYWHERE").ok(), Some(None));
    let path = ProcessEnvironment.variable("PATH").expect("it is UTF-8");
    assert_eq!(path, std::env::var("PATH").ok());
}
