//! Pure. Vectors of RFC 2617 §3.5 and RFC 7616 §3.9.1, and who is let in.

use super::*;
use crate::sip::wire::name;
use std::time::Duration;

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));
const NOW: Tick = Tick(Duration::from_secs(1000));

const MUFASA: Login<'_> = Login { username: "Mufasa", password: "Circle Of Life" };
const INDEX: Asked<'_> = Asked { method: "GET", uri: "/dir/index.html", body: b"" };

fn response_of(answer: &str) -> String {
    Fields::read(answer).unwrap().raw("response").unwrap().to_owned()
}

#[test]
fn rfc_2617_vector() {
    let challenge = Challenge::read(
        r#"Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41""#,
    )
    .unwrap();
    let answer = challenge.answer(&MUFASA, &INDEX, 1, "0a4f113b");
    assert_eq!(response_of(&answer), "6629fae49393a05397450978507c4ef1");
    assert!(
        answer.ends_with(
            r#"qop=auth, nc=00000001, cnonce="0a4f113b", opaque="5ccc069c403ebaf9f0171e9517f40e41""#
        )
    );
}

#[test]
fn rfc_7616_vectors() {
    let login = Login { username: "Mufasa", password: "Circle of Life" };
    let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    let asked = |algorithm: &str| {
        format!(
            r#"Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#
        )
    };
    let answer = |algorithm| Challenge::read(&asked(algorithm)).unwrap().answer(&login, &INDEX, 1, cnonce);
    assert_eq!(response_of(&answer("MD5")), "8ca523f5e9506fed4657c9700eebdbec");
    assert_eq!(
        response_of(&answer("SHA-256")),
        "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
    );
    assert_eq!(Challenge::read(&asked("SHA-512-256")), None);
}

#[test]
fn the_strongest_challenge_is_answered() {
    let mut headers = Headers::default();
    headers.push(name::WWW_AUTHENTICATE, r#"Digest realm="r", nonce="md5", qop="auth""#);
    headers
        .push(name::WWW_AUTHENTICATE, r#"Digest realm="r", nonce="sha", algorithm=SHA-256, qop="auth-int""#);
    headers.push(name::WWW_AUTHENTICATE, r#"Basic realm="r""#);
    let challenge = Challenge::pick(&headers, name::WWW_AUTHENTICATE).unwrap();
    assert_eq!((challenge.nonce.as_str(), challenge.qop), ("sha", Some(Qop::AuthInt)));
    let with = |body| challenge.answer(&MUFASA, &Asked { body, ..INDEX }, 1, "c");
    assert_ne!(response_of(&with(b"a")), response_of(&with(b"b")));
}

/// What a phone with this login sends after a challenge of ours.
fn logs_in(nonces: &Nonces, algorithm: Algorithm, login: &Login<'_>, count: u32) -> String {
    let asked = challenge("office", &nonces.mint(HERE, 9, NOW), algorithm, Staleness::Fresh);
    let register = Asked { method: "REGISTER", uri: "sip:10.0.0.1;transport=udp", body: b"" };
    Challenge::read(&asked).unwrap().answer(login, &register, count, "cn")
}

fn judged(text: &str, nonces: &mut Nonces, user: Option<(&str, Algorithm)>) -> Verdict {
    verify(&Credentials::read(text).unwrap(), "REGISTER", user, nonces, HERE, NOW)
}

#[test]
fn the_right_password_is_let_in_once_per_count() {
    for algorithm in [Algorithm::Md5, Algorithm::Sha256] {
        let mut nonces = Nonces::new([1; 32]);
        let login = Login { username: "an\"na", password: "pä:ss" };
        let user = Some(("pä:ss", Algorithm::Md5));
        let sent = logs_in(&nonces, algorithm, &login, 1);
        assert_eq!(judged(&sent, &mut nonces, user), Verdict::Right);
        assert_eq!(judged(&sent, &mut nonces, user), Verdict::Stale);
        let next = logs_in(&nonces, algorithm, &login, 0xab);
        assert_eq!(judged(&next, &mut nonces, user), Verdict::Right);
    }
}

#[test]
fn the_wrong_are_kept_out() {
    let mut nonces = Nonces::new([1; 32]);
    let anna = Login { username: "anna", password: "secret" };
    let sent = logs_in(&nonces, Algorithm::Md5, &anna, 1);
    assert_eq!(judged(&sent, &mut nonces, Some(("Secret", Algorithm::Md5))), Verdict::Wrong);
    assert_eq!(judged(&sent, &mut nonces, None), Verdict::Wrong);
    assert_eq!(judged(&sent, &mut nonces, Some(("secret", Algorithm::Sha256))), Verdict::Wrong);
    let unknown = logs_in(&nonces, Algorithm::Md5, &Login { username: "x", password: "no such user" }, 1);
    assert_eq!(judged(&unknown, &mut nonces, None), Verdict::Wrong);
    let credentials = Credentials::read(&sent).unwrap();
    let other_method =
        verify(&credentials, "INVITE", Some(("secret", Algorithm::Md5)), &mut nonces, HERE, NOW);
    assert_eq!(other_method, Verdict::Wrong);
    let later = NOW + nonce::LIFE;
    let old = verify(&credentials, "REGISTER", Some(("wrong", Algorithm::Md5)), &mut nonces, HERE, later);
    assert_eq!(old, Verdict::Stale);
}

#[test]
fn answers_without_qop_work_once() {
    let mut nonces = Nonces::new([1; 32]);
    let nonce = nonces.mint(HERE, 9, NOW);
    let asked = Challenge::read(&format!(r#"Digest realm="office", nonce="{nonce}""#)).unwrap();
    let register = Asked { method: "REGISTER", uri: "sip:x", body: b"" };
    let sent = asked.answer(&MUFASA, &register, 1, "cn");
    let user = Some((MUFASA.password, Algorithm::Md5));
    assert_eq!(judged(&sent, &mut nonces, user), Verdict::Right);
    assert_eq!(judged(&sent, &mut nonces, user), Verdict::Stale);
}

#[test]
fn unreadable_credentials_are_none() {
    for text in [
        "NoOneKnowsThisScheme opaque-data=here",
        "Digest",
        r#"Digest username="a""#,
        r#"Digest username="a",realm="r",nonce="n",uri="u",response="r",qop=auth,nc=1,cnonce="c""#,
        r#"Digest username="a",realm="r",nonce="n",uri="u",response="r",qop=auth-int,nc=00000001,cnonce="c""#,
    ] {
        assert_eq!(Credentials::read(text), None, "{text}");
    }
}
