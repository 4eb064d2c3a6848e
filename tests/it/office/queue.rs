//! What those who wait hear, and when (spec/hunt-groups.md §8).

use super::script::{check, check_with};
use crate::sim::town::{group, settings};
use expect_test::expect;
use frontdesk::settings::{Group, Strategy};

fn anna_and_bo() -> Group {
    group("main", Strategy::Everyone, &[("anna", 0), ("bo", 0)])
}

/// 20 s place, 30 s offer, 90 s message, then a turn a minute; the information is the owner's own.
#[test]
fn those_who_wait_hear_their_place_an_offer_and_one_word_a_minute() {
    let mut main = anna_and_bo();
    main.info = vec!["spring-offer".into()];
    check(
        vec![main],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:00 anna dials 12
         09:00:02 bo answers
         09:00:10 kim calls
         09:00:14 kim hears-the-end
         09:00:18 kim hears-the-end
         09:00:33 kim hears-the-end
         09:00:44 kim hears-the-end
         09:01:43 kim hears-the-end
         09:02:45 kim hears-the-end
         09:03:45 kim hears-the-end
         09:03:50 kim hangs-up",
        expect![[r#"
            09:00:00 ring bo-desk "anna"
            09:00:00 anna hears it ring
            09:00:02 accept anna
            09:00:02 join anna bo
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 chime
            09:00:14 play kim please-wait
            09:00:18 play kim music
            09:00:30 play kim place-in-line-1 number n-1
            09:00:33 play kim music
            09:00:40 play kim offer-callback
            09:00:44 play kim music
            09:01:10 chime
            09:01:40 play kim offer-message
            09:01:43 play kim music
            09:02:10 chime
            09:02:40 play kim place-in-line-1 number n-1
            09:02:45 play kim music
            09:03:10 chime
            09:03:40 play kim spring-offer
            09:03:45 play kim music
            09:03:50 end of kim: Abandoned waited 220s talked 0ns held 0ns
        "#]],
    );
}

/// Any answer ends any prompt at once: the join is the next action.
#[test]
fn an_answer_ends_an_announcement_at_once() {
    check(
        vec![anna_and_bo()],
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:14 kim hears-the-end
         09:00:30 anna answers",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:14 play kim music
            09:00:30 play kim place-in-line-1 number n-1
            09:00:30 join kim anna
        "#]],
    );
}

/// The first in line is not talked into hanging up while a phone rings (spec/callback.md §2).
#[test]
fn nothing_is_offered_to_the_first_while_a_phone_rings() {
    check(
        vec![anna_and_bo()],
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:14 kim hears-the-end
         09:00:33 kim hears-the-end
         09:00:50 anna declines
         09:00:56 kim hears-the-end",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:14 play kim music
            09:00:30 play kim place-in-line-1 number n-1
            09:00:33 play kim music
            09:00:50 chime
            09:00:55 play kim offer-callback
            09:00:56 play kim music
        "#]],
    );
}

/// Who is not first, is offered it with the first word about the place.
#[test]
fn the_second_in_line_is_offered_to_be_called_back_with_the_place() {
    check(
        vec![anna_and_bo()],
        "09:00:00 anna arrives
         09:00:10 kim calls
         09:00:10 lee calls
         09:00:14 lee hears-the-end
         09:00:40 lee hears-the-end
         09:01:40 lee waits",
        expect![[r#"
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 ring anna-desk "kim · main"
            09:00:10 accept lee
            09:00:10 play lee welcome
            09:00:10 chime
            09:00:14 play lee music
            09:00:30 play lee place-in-line-1 number n-2 offer-callback
            09:00:40 play lee music
            09:01:10 chime
            09:01:40 play lee offer-message
        "#]],
    );
}

#[test]
fn an_owner_can_offer_it_immediately() {
    let mut main = anna_and_bo();
    main.callback.offer_after = std::time::Duration::ZERO;
    check(
        vec![main],
        "09:00:00 anna arrives
         09:00:00 bo arrives
         09:00:00 anna dials 12
         09:00:02 bo answers
         09:00:10 kim calls
         09:00:14 kim hears-the-end
         09:00:18 kim hears-the-end
         09:00:23 kim hears-the-end",
        expect![[r#"
            09:00:00 ring bo-desk "anna"
            09:00:00 anna hears it ring
            09:00:02 accept anna
            09:00:02 join anna bo
            09:00:10 accept kim
            09:00:10 play kim welcome
            09:00:10 chime
            09:00:14 play kim please-wait
            09:00:18 play kim offer-callback
            09:00:23 play kim music
        "#]],
    );
}

/// A colleague in the line hears music, and keys do nothing.
#[test]
fn a_colleague_in_the_line_hears_music_only() {
    check_with(
        settings(vec![group("main", Strategy::Everyone, &[("anna", 0)])]),
        "09:00:00 anna arrives
         09:00:10 bo dials +4533445566
         09:00:50 bo presses 1
         09:02:00 bo hangs-up",
        expect![[r#"
            09:00:10 accept bo
            09:00:10 play bo music
            09:00:10 ring anna-desk "bo · main"
            09:02:00 hang up anna CallerGone
            09:02:00 end of bo: Internal waited 110s talked 0ns held 0ns
            09:02:00 remember anna Available
        "#]],
    );
}
