//! Who is blocked, and what may be theirs.

use super::customers::{KIM, LEE, at, book, card, number};
use frontdesk::ids::CustomerId;
use frontdesk::office::customers::book::{Book, Judged, No};
use frontdesk::office::customers::card::{Block, Guess};
use jiff::SignedDuration;

#[test]
fn one_who_is_blocked_is_not_put_together_with_one_who_is_not_and_parting_gives_the_block_back() {
    let mut book = book(&[card("Pest", &[KIM], &[]), card("Lee", &[LEE], &[])]);
    let (pest, lee, until) = (CustomerId(1), CustomerId(2), at() + SignedDuration::from_hours(1));
    let block = |until| Some(Block { since: at(), until, by: None });
    book.block(pest, block(Some(until)), at()).unwrap();
    assert_eq!(book.merge(pest, lee, None, at()), Err(No::OneBlocked));
    assert_eq!(book.merge(lee, pest, None, at()), Err(No::OneBlocked));
    book.block(lee, block(None), at()).unwrap();
    book.merge(pest, lee, None, at()).unwrap();
    assert!(book.is_number_blocked(&number(KIM), until), "as long as the one it went into");
    book.block(lee, None, at()).unwrap();
    assert!(!book.is_number_blocked(&number(KIM), at()) && !book.is_number_blocked(&number(LEE), at()));
    book.unmerge(pest, at()).unwrap();
    assert!(book.is_number_blocked(&number(KIM), at()) && !book.is_number_blocked(&number(LEE), at()));
    // A block that ended is none: not to a merge, and not to who looks.
    assert_eq!(book.block_of(pest, until), None);
    book.merge(pest, lee, None, until).unwrap();
}

#[test]
fn many_guesses_wait_for_a_word_and_what_was_rejected_makes_room() {
    let mut book = book(&[card("Kim", &[KIM], &[])]);
    let kim = CustomerId(1);
    let guess = |book: &mut Book, n: u64| {
        book.guess(kim, Guess::Number(number(&format!("+45300000{n:02}"))), None, at()).is_some()
    };
    let taken = (0..12).filter(|n| guess(&mut book, *n)).count();
    assert_eq!(taken, 10);
    for round in 1..6 {
        for maybe in book.get(kim).unwrap().maybes.clone().into_iter().filter(|one| !one.rejected) {
            book.judge(kim, maybe.id, Judged::Wrong, at()).unwrap();
        }
        assert_eq!((0..10).filter(|n| guess(&mut book, round * 10 + n)).count(), 10);
    }
    assert_eq!(book.get(kim).unwrap().maybes.len(), 30);
}
