use jiff::SignedDuration;

use super::*;
use crate::users::User;

const ENDS: Ends = Ends { idle: Duration::from_secs(100), max: Duration::from_secs(1_000) };

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
}

fn known(users: &Users) -> Known<'_> {
    Known { users, oidc: None }
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn users(password: &str) -> Users {
    let user = User { role: Role::Reviewer, password: password.to_owned(), added: at(0) };
    Users { users: [(name("ana"), user)].into() }
}

fn begun(sessions: &Sessions, users: &Users, second: i64) -> String {
    sessions.begin(&name("ana"), users, at(second)).unwrap().unwrap()
}

#[test]
fn a_session_ends_when_it_was_idle_or_old() {
    let (sessions, users) = (Sessions::default(), users("a"));
    let id = begun(&sessions, &users, 0);
    for second in (0..=1_000).step_by(100) {
        assert!(sessions.find(&id, known(&users), ENDS, at(second)).is_some(), "{second}: used often enough");
    }
    assert_eq!(sessions.find(&id, known(&users), ENDS, at(1_001)), None, "too old");
    let id = begun(&sessions, &users, 2_000);
    assert_eq!(sessions.find(&id, known(&users), ENDS, at(2_101)), None, "idle for too long");
    assert_eq!(sessions.find(&id, known(&users), ENDS, at(2_000)), None, "and never again");
}

#[test]
fn it_ends_with_its_user_with_another_password_and_when_they_leave() {
    let (sessions, before) = (Sessions::default(), users("a"));
    for after in [users("b"), Users::default()] {
        let id = begun(&sessions, &before, 0);
        assert!(sessions.find(&id, known(&before), ENDS, at(1)).is_some());
        assert_eq!(sessions.find(&id, known(&after), ENDS, at(1)), None);
    }
    let id = begun(&sessions, &before, 0);
    sessions.end(&id);
    assert_eq!(sessions.find(&id, known(&before), ENDS, at(0)), None);
}

#[test]
fn the_links_session_ends_when_there_are_users() {
    let sessions = Sessions::default();
    let id = sessions.begin_by_link(at(0)).unwrap();
    assert_eq!(sessions.find(&id, known(&Users::default()), ENDS, at(1)).unwrap().role, Role::Admin);
    assert_eq!(sessions.find(&id, known(&users("a")), ENDS, at(1)), None);
}

#[test]
fn ids_are_never_alike_and_forged_ones_are_nobody() {
    let (sessions, users) = (Sessions::default(), users("a"));
    let (one, two) = (begun(&sessions, &users, 0), begun(&sessions, &users, 0));
    assert!(one != two && one.len() == 43);
    let csrf = |id: &str| sessions.find(id, known(&users), ENDS, at(0)).unwrap().csrf;
    assert!(csrf(&one) != csrf(&two) && csrf(&one) != one && csrf(&one) == csrf(&one));
    let mut forged = one.clone();
    let last = if forged.pop() == Some('A') { 'B' } else { 'A' };
    forged.push(last);
    for forged in [forged.as_str(), "", "ana", &csrf(&one)] {
        assert_eq!(sessions.find(forged, known(&users), ENDS, at(0)), None, "{forged}");
    }
}

#[test]
fn one_person_has_so_many_sessions_and_the_quietest_goes() {
    let (sessions, users) = (Sessions::default(), users("a"));
    let ids: Vec<String> = (0..=SESSIONS_EACH as i64).map(|second| begun(&sessions, &users, second)).collect();
    assert_eq!(sessions.find(&ids[0], known(&users), ENDS, at(30)), None);
    assert!(ids[1..].iter().all(|id| sessions.find(id, known(&users), ENDS, at(30)).is_some()));
}
