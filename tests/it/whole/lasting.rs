//! What a running office outlives: a phone without power, an office.toml that is wrong, one that is right.

use super::office::{At, Town, apply, both_heard, office_toml, phone_at, unhurt};
use frontdesk::office::board::{Board, CallRowState, PersonState};
use frontdesk::office::contact::{Happened, Outcome};
use frontdesk::store::settings_desk::ApplyError;
use std::time::Duration;

/// The probe is a request nobody answers: 32 s (RFC 3261 §17.1.1.2) in real time, beside the other tests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_vanishes_in_a_call_is_missed_and_its_customer_answered_again() {
    let mut town = Town::probing(Duration::from_secs(1)).await;
    town.call().await;
    std::mem::replace(&mut town.phone, At::idle()).vanish().await;
    let is_talking = |board: &Board| board.calls.iter().any(|call| call.state == CallRowState::Talking);
    let board = town.board(|board| !is_talking(board)).await;
    assert_ne!(board.people[0].state, PersonState::Talking);
    // The power is back: the customer never had to call again.
    town.phone = At::work(phone_at(town.sip(), &town.scene.tell).await);
    town.board(|board| is_talking(board)).await;
    town.listen(200).await;
    both_heard(town.hang_up().await);
    let contacts = town.close().await;
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0].outcome, Some(Outcome::Answered));
    let story: Vec<_> = contacts[0].story.iter().map(|line| &line.what).collect();
    assert!(story.contains(&&Happened::LineLost), "{story:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_office_changes_nothing_and_a_right_one_drops_no_call() {
    let mut town = Town::open().await;
    town.call().await;
    let good = office_toml(town.provider.address);
    let before = town.office.settings().current().unwrap();
    for (from, to) in [
        ("wrap_up", "wrapup"),
        ("person = \"kim\"", "person = \"nobody\""),
        ("wrap_up = \"1s\"", "wrap_up = \"1 fortnight\""),
        ("to = \"group:main\"", "to = \"group:gone\""),
        ("[[number]]", "[[number]]\nnumber = \"+4533445566\"\nto = \"group:main\"\n[[number]]"),
    ] {
        let wrong = good.replace(from, to);
        assert_ne!(wrong, good, "{from}");
        let refused = apply(&town.office, wrong).await;
        assert!(
            matches!(&refused, Err(ApplyError::Problems(problems)) if !problems.is_empty()),
            "{to}: {refused:?}"
        );
        assert_eq!(town.office.settings().current().unwrap(), before, "{to}");
    }
    let more =
        good.replace("name = \"Main\"", "name = \"Front\"") + "[[person]]\nid = \"bo\"\nname = \"Bo\"\n";
    apply(&town.office, more).await.unwrap();
    town.board(|board| board.groups[0].name == "Front" && board.people.len() == 2).await;
    // Nobody left in the group, and another secret: the call was answered before, and goes on.
    let without = good
        .replace("members = [{ person = \"kim\" }]", "members = []")
        .replace("s3cret-enough", "other-secret");
    apply(&town.office, without).await.unwrap();
    town.listen(100).await;
    assert_eq!(town.board(|_| true).await.calls.len(), 1);
    both_heard(town.hang_up().await);
    unhurt(&town.close().await);
}
