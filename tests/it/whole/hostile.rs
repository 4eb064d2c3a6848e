//! What strangers send to a running office (spec/reliability.md §1, §6): each thing has its designed
//! answer, and the call that goes on all the while feels nothing.

use super::office::{At, Town, both_heard, phone_at, registered, unhurt};
use super::stranger::{Udp, answers, connect, options, request, to_the_end, until_told, write};
use crate::sip::torture::{Case, Outcome, cases};
use tokio::io::AsyncWriteExt;

/// A whole town with a call going on; afterwards the call is as it was.
async fn during_a_call<F: Future<Output = ()>>(attack: impl FnOnce(std::net::SocketAddr) -> F) {
    let mut town = Town::open().await;
    town.call().await;
    attack(town.sip()).await;
    town.listen(100).await;
    assert_eq!(town.board(|_| true).await.calls.len(), 1, "nobody else has a call");
    both_heard(town.hang_up().await);
    unhurt(&town.close().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn torture_over_udp_ends_as_its_rfc_says() {
    during_a_call(|office| async move {
        for case in cases() {
            let mut stranger = Udp::from("127.0.0.2", office).await;
            stranger.send(&case.bytes).await;
            judge(&case, case.udp, &stranger.statuses().await);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn torture_over_tcp_ends_as_its_rfc_says() {
    during_a_call(|office| async move {
        for case in cases() {
            let mut stream = connect("127.0.0.2", office).await;
            write(&mut stream, &case.bytes).await;
            match case.tcp {
                Outcome::Waits => {
                    stream.shutdown().await.unwrap();
                    assert!(
                        to_the_end(&mut stream).await.is_empty(),
                        "{}: answered half a message",
                        case.name
                    );
                }
                Outcome::AnsweredAndClosed(status) => {
                    let all = to_the_end(&mut stream).await;
                    assert!(all.starts_with(format!("SIP/2.0 {status}").as_bytes()), "{}", case.name);
                }
                outcome => {
                    write(&mut stream, options("TCP", office, "marker").as_bytes()).await;
                    let all = until_told(&mut stream, "marker").await;
                    let before = all.split("SIP/2.0 ").skip(1).filter(|answer| !answer.contains("marker"));
                    let statuses: Vec<u16> = before.map(|answer| answer[..3].parse().unwrap()).collect();
                    judge(&case, outcome, &statuses[..statuses.len().min(1)]);
                }
            }
        }
    })
    .await;
}

fn judge(case: &Case, outcome: Outcome, statuses: &[u16]) {
    match outcome {
        Outcome::Answered(406 | 415) => assert_eq!(statuses, [401], "{}: passwords before bodies", case.name),
        Outcome::Answered(status) => assert_eq!(statuses, [status], "{}", case.name),
        Outcome::Dropped => assert!(statuses.is_empty(), "{} {statuses:?}", case.name),
        Outcome::Accepted => assert!(
            statuses.iter().all(|status| [200, 401, 405, 481, 483].contains(status)),
            "{} {statuses:?}",
            case.name
        ),
        Outcome::Waits | Outcome::AnsweredAndClosed(_) => panic!("{}: only a stream waits", case.name),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_is_dropped_and_the_next_request_is_answered() {
    during_a_call(|office| async move {
        let mut stranger = Udp::from("127.0.0.2", office).await;
        let seed = options("UDP", office, "seed");
        for n in 0..500_usize {
            let cut = &seed.as_bytes()[..n * seed.len() / 500];
            stranger.send(cut).await;
            let noise: Vec<u8> = (0..n).map(|at| (at * 131 + n * 17) as u8).collect();
            stranger.send(&noise).await;
        }
        // Truncated requests may be told so (400); nothing else comes back.
        let statuses = stranger.statuses().await;
        assert!(statuses.iter().all(|status| *status == 400), "{statuses:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_in_pieces_two_in_one_and_one_too_large() {
    during_a_call(|office| async move {
        let (first, second) = (options("TCP", office, "one"), options("TCP", office, "two"));
        let mut stream = connect("127.0.0.2", office).await;
        stream.set_nodelay(true).unwrap();
        for byte in first.as_bytes() {
            write(&mut stream, &[*byte]).await;
        }
        assert_eq!(answers(&mut stream, 1).await, [200], "byte by byte");
        write(&mut stream, format!("{first}{second}").as_bytes()).await;
        assert_eq!(answers(&mut stream, 2).await, [200, 200], "two in one write");
        write(&mut stream, b"no sip at all\r\n\r\n").await;
        to_the_end(&mut stream).await;

        let mut stream = connect("127.0.0.2", office).await;
        let endless = format!("{}X: {}", first.trim_end_matches("\r\n"), "x".repeat(100_000));
        write(&mut stream, endless.as_bytes()).await;
        to_the_end(&mut stream).await; // closed, not kept for more

        let mut stranger = Udp::from("127.0.0.2", office).await;
        let headers = "X-Pad: y\r\n".repeat(300);
        stranger.send(request("OPTIONS", "UDP", office, "many", &headers).as_bytes()).await;
        let line = format!("X-Pad: {}\r\n", "y".repeat(9_000));
        stranger.send(request("OPTIONS", "UDP", office, "long", &line).as_bytes()).await;
        let statuses = stranger.statuses().await;
        assert!(statuses.iter().all(|status| [400, 413].contains(status)), "{statuses:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_that_say_nothing_or_half_of_it_keep_nobody_out() {
    during_a_call(|office| async move {
        let half = options("TCP", office, "half");
        let mut idle = Vec::new();
        for n in 0..32 {
            let mut stream = connect("127.0.0.3", office).await;
            write(&mut stream, &half.as_bytes()[..n * 5]).await;
            idle.push(stream);
        }
        let mut one_more = connect("127.0.0.3", office).await;
        assert!(to_the_end(&mut one_more).await.is_empty(), "32 connections an address");
        let mut neighbour = connect("127.0.0.2", office).await;
        write(&mut neighbour, options("TCP", office, "whole").as_bytes()).await;
        assert_eq!(answers(&mut neighbour, 1).await, [200]);
        // Ten seconds without a whole message: gone, also the one that had sent half.
        for stream in &mut idle {
            assert!(to_the_end(stream).await.is_empty());
        }
        let mut again = connect("127.0.0.3", office).await;
        write(&mut again, options("TCP", office, "again").as_bytes()).await;
        assert_eq!(answers(&mut again, 1).await, [200]);
    })
    .await;
}

/// A login with a password nobody has.
fn wrong_login(office: std::net::SocketAddr, nonce: &str, call_id: &str) -> String {
    let answer = format!(
        "Authorization: Digest username=\"kim\", realm=\"frontdesk\", nonce=\"{nonce}\", uri=\"sip:{office}\", \
         response=\"00000000000000000000000000000000\", algorithm=MD5, cnonce=\"c\", nc=00000001, qop=auth\r\n"
    );
    request("REGISTER", "UDP", office, call_id, &answer)
}

async fn nonce(stranger: &Udp, office: std::net::SocketAddr) -> String {
    stranger.send(request("REGISTER", "UDP", office, "ask", "").as_bytes()).await;
    let challenge = stranger.receive().await;
    challenge.split_once("nonce=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_from_the_phones_own_address_shut_out_the_guesser_only() {
    let mut town = Town::open().await;
    town.call().await;
    let office = town.sip();
    // 127.0.0.1 is where kim's phone and the provider live too.
    let stranger = Udp::from("127.0.0.1", office).await;
    for guess in 0..10 {
        let nonce = nonce(&stranger, office).await;
        stranger.send(wrong_login(office, &nonce, &format!("guess{guess}")).as_bytes()).await;
        assert!(stranger.receive().await.starts_with("SIP/2.0 401"), "guess {guess}");
    }
    stranger.send(options("UDP", office, "shut").as_bytes()).await;
    super::office::until(|| town.office.figures().text().contains("reason=\"blocked\"} 1")).await;
    town.listen(100).await;
    both_heard(town.hang_up().await);
    unhurt(&town.close().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_wrong_passwords_delays_no_phone_and_no_call() {
    let mut town = Town::open().await;
    town.call().await;
    let office = town.sip();
    let before = resident();
    let flood = tokio::spawn(async move {
        // Paced to the 2,000 a second of spec/reliability.md §6, from 64 addresses.
        let mut strangers = Vec::new();
        for n in 0..64 {
            strangers.push(Udp::from(&format!("127.0.1.{}", n + 1), office).await);
        }
        let mut beat = tokio::time::interval(std::time::Duration::from_millis(32));
        for round in 0_u64.. {
            for stranger in &strangers {
                let guess = wrong_login(office, "nobody-gave-this", &format!("flood{round}"));
                stranger.send(guess.as_bytes()).await;
            }
            beat.tick().await;
        }
    });
    town.listen(100).await;
    for _ in 0..3 {
        let phone = At::work(phone_at(office, &town.scene.tell).await);
        let began = tokio::time::Instant::now();
        registered(&mut town.scene.told).await;
        assert!(began.elapsed() < std::time::Duration::from_secs(10), "one second is promised");
        phone.vanish().await;
    }
    town.listen(100).await;
    assert!(!flood.is_finished());
    flood.abort();
    let grown = resident().saturating_sub(before);
    assert!(grown < 64 << 20, "{grown} bytes for strangers");
    both_heard(town.hang_up().await);
    unhurt(&town.close().await);
}

/// This process's memory, the office's among it.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}
