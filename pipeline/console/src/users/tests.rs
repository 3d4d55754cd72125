use super::*;

const LONG: &str = "three plain words";

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn file() -> (tempfile::TempDir, UserFile) {
    let folder = tempfile::tempdir().unwrap();
    let file = UserFile::of_data(folder.path());
    (folder, file)
}

#[test]
fn a_user_is_added_known_by_the_password_alone_and_removed() {
    let (_folder, file) = file();
    assert_eq!(file.read().unwrap(), Users::default());
    file.add(name("ana"), Role::Reviewer, LONG, Timestamp::UNIX_EPOCH).unwrap();
    let users = file.read().unwrap();
    let ana = &users.users[&name("ana")];
    assert_eq!(ana.role, Role::Reviewer);
    assert!(is_password(Some(ana), LONG));
    for wrong in ["", "three plain word", "Three plain words", &LONG.repeat(100)] {
        assert!(!is_password(Some(ana), wrong), "{wrong}");
    }
    assert!(!is_password(None, LONG));
    file.remove(&name("ana")).unwrap();
    assert_eq!(file.read().unwrap(), Users::default());
}

#[test]
fn the_file_holds_no_password_and_only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, file) = file();
    file.add(name("ana"), Role::Admin, LONG, Timestamp::UNIX_EPOCH).unwrap();
    let path = folder.path().join("console/users.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains(LONG) && text.contains("$argon2id$v=19$m=19456,t=2,p=1$"), "{text}");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn nobody_takes_as_long_as_somebody() {
    let hash = PasswordHash::new(NOBODY).unwrap();
    assert_eq!(hash.algorithm.as_str(), "argon2id");
    let cost = |name| hash.params.get(name).map(|value| value.decimal().unwrap());
    assert_eq!((cost("m"), cost("t"), cost("p")), (Some(19_456), Some(2), Some(1)));
}

#[test]
fn what_cannot_be_a_user_is_refused_and_changes_nothing() {
    let (_folder, file) = file();
    file.add(name("ana"), Role::Viewer, LONG, Timestamp::UNIX_EPOCH).unwrap();
    let before = file.read().unwrap();
    let add =
        |who, password| file.add(name(who), Role::Admin, password, Timestamp::UNIX_EPOCH).unwrap_err().to_string();
    insta::assert_snapshot!(
        [add("ana", LONG), add("local", LONG), add("bo", "short"), file.remove(&name("bo")).unwrap_err().to_string(), file.set_password(&name("bo"), LONG).unwrap_err().to_string()].join("\n"),
        @r"
    there is a user `ana` already (`reelpress user passwd` gives them another password)
    `local` is the name that the one-time link signs in as (choose another)
    a password has 12 characters or more and at most 256 bytes (three or four words are easy to keep)
    there is no user `bo` (`reelpress user list` shows all)
    there is no user `bo` (`reelpress user list` shows all)
    "
    );
    assert_eq!(file.read().unwrap(), before);
}

#[test]
fn a_damaged_file_is_refused_without_showing_a_hash_and_leaves_the_users_that_were() {
    let (folder, file) = file();
    file.add(name("ana"), Role::Viewer, LONG, Timestamp::UNIX_EPOCH).unwrap();
    let directory = Directory::open(file.clone()).unwrap();
    let path = folder.path().join("console/users.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    for damaged in
        [text.replace("viewer", "king"), text.replace("argon2id", "argon2i"), format!("{text}x"), "\u{0}".to_owned()]
    {
        std::fs::write(&path, damaged).unwrap();
        let error = file.read().unwrap_err().to_string();
        assert!(error.contains("is not a file of users") && !error.contains("m=19456"), "{error}");
        assert_eq!(directory.users().users.len(), 1);
    }
    std::fs::write(&path, text).unwrap();
    file.remove(&name("ana")).unwrap();
    assert_eq!(directory.users().users.len(), 0, "a change is seen without a restart");
}
