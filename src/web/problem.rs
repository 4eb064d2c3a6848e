//! Shell. Errors for programs and screens: status, stable code, a sentence, and for our own faults a
//! reference the log can be searched for (RFC 9457).

use super::wire;
use crate::office::Callers;
use crate::office::desk::Refusal;
use crate::store::StoreError;
use crate::store::settings_desk::ApplyError;
use crate::switchboard::handle::Unanswered;
use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use tracing::error;

/// An answer that is not what was asked for.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    parameters: BTreeMap<&'static str, String>,
    faults: Box<[String]>,
    reference: Option<Box<str>>,
    retry_after_seconds: Option<u32>,
    unseen: Option<Box<Unseen>>,
}

/// What the writer of a reply has not seen; apart, because most problems have none.
#[derive(Clone, Debug)]
struct Unseen(Vec<wire::ConversationItem>);

impl Problem {
    /// A problem with its sentence in English; screens translate by `code`.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            parameters: BTreeMap::new(),
            faults: Box::default(),
            reference: None,
            retry_after_seconds: None,
            unseen: None,
        }
    }

    /// Nobody is logged in.
    pub fn logged_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "logged_out", "Log in first.")
    }

    /// The role does not allow it.
    pub fn not_allowed() -> Self {
        Self::new(StatusCode::FORBIDDEN, "not_allowed", "Your role does not allow this.")
    }

    /// There is no such thing.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here.")
    }

    /// There is such a thing, and this cannot be done to it.
    pub fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This cannot be done here.")
    }

    /// The request cannot be understood; `what` is a sentence and never repeats what was sent.
    pub fn bad_request(what: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", what)
    }

    /// Too busy; try again.
    pub fn busy() -> Self {
        let busy = Self::new(StatusCode::SERVICE_UNAVAILABLE, "too_busy", "The box is busy, try again.");
        busy.retry_after(2)
    }

    /// Our fault: logged with a reference that the answer carries.
    pub fn ours(cause: &dyn std::error::Error) -> Self {
        let mut bytes = [0_u8; 5];
        // Without randomness the reference is all zeros, and the log still has the cause.
        let _ = getrandom::fill(&mut bytes);
        let reference: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        error!(%reference, cause = chain(cause), "a request failed in the box");
        let detail = "Something went wrong in the box.";
        let mut problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail);
        problem.reference = Some(reference.into());
        problem
    }

    /// Adds the seconds after which another try makes sense.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(u32::try_from(seconds).unwrap_or(u32::MAX));
        self
    }

    /// Shows what the writer of a reply has not seen.
    pub fn showing(mut self, unseen: Vec<wire::ConversationItem>) -> Self {
        self.unseen = Some(Box::new(Unseen(unseen)));
        self
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.parameters.insert(name, value.to_string());
        self
    }
}

fn chain(cause: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(cause.source(), |cause| cause.source());
    causes.fold(cause.to_string(), |text, cause| format!("{text}: {cause}"))
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = wire::Problem {
            code: self.code,
            title: self.status.canonical_reason().unwrap_or("Error"),
            detail: self.detail,
            status: self.status.as_u16(),
            parameters: self.parameters,
            faults: self.faults.into_vec(),
            reference: self.reference.map(String::from),
            unseen: self.unseen.map(|unseen| unseen.0).unwrap_or_default(),
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<QueryRejection> for Problem {
    fn from(_: QueryRejection) -> Self {
        Self::bad_request("Something after the question mark of the address is not what this page takes.")
    }
}

impl From<PathRejection> for Problem {
    fn from(_: PathRejection) -> Self {
        Self::not_found()
    }
}

impl From<Unanswered> for Problem {
    fn from(_: Unanswered) -> Self {
        Self::busy()
    }
}

impl From<StoreError> for Problem {
    fn from(cause: StoreError) -> Self {
        Self::ours(&cause)
    }
}

impl From<tokio::task::JoinError> for Problem {
    fn from(cause: tokio::task::JoinError) -> Self {
        Self::ours(&cause)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (status, code, detail) = words(&refusal);
        let problem = Self::new(status, code, detail);
        match refusal {
            Refusal::AlreadyAnswered { by } | Refusal::AlreadyTaken { by } => problem.with("by", by),
            Refusal::Unseen { version } => problem.with("version", version),
            Refusal::CustomerMerged { into } => problem.with("into", into),
            Refusal::BadCard { field } => problem.with("field", field),
            Refusal::Policy { rule } => problem.with("rule", rule),
            Refusal::LastPerson { choices } => {
                let words: Vec<&str> = choices.into_iter().map(Callers::word).collect();
                problem.with("choices", words.join(" "))
            }
            _ => problem,
        }
    }
}

/// Status, code and sentence of what was not done.
fn words(refusal: &Refusal) -> (StatusCode, &'static str, &'static str) {
    use StatusCode as S;
    match refusal {
        Refusal::NotAllowed => (S::FORBIDDEN, "not_allowed", "Your role does not allow this."),
        Refusal::NoSuchCall => (S::NOT_FOUND, "no_such_call", "This call has ended."),
        Refusal::NoSuchPerson => (S::NOT_FOUND, "no_such_person", "There is no such person."),
        Refusal::NoSuchGroup => (S::NOT_FOUND, "no_such_group", "There is no such group."),
        Refusal::AlreadyAnswered { .. } => (S::CONFLICT, "already_answered", "Somebody else answered."),
        Refusal::NotNow => (S::CONFLICT, "not_now", "The call has moved on."),
        Refusal::NoPhone => (S::CONFLICT, "no_phone", "None of the phones can be reached."),
        Refusal::NotInGroup => (S::CONFLICT, "not_in_group", "This person is not in the group of this call."),
        Refusal::Busy => (S::CONFLICT, "busy", "This person is in a call."),
        Refusal::NoSlot => (S::CONFLICT, "no_slot", "All parking places are taken."),
        Refusal::BadNumber => (S::UNPROCESSABLE_ENTITY, "bad_number", "Not a number we can call."),
        Refusal::Policy { .. } => (S::FORBIDDEN, "policy", "The rules for outgoing calls forbid this."),
        Refusal::NobodyElse => (S::CONFLICT, "nobody_else", "Nobody else of your group is available."),
        Refusal::LastPerson { .. } => (S::CONFLICT, "last_person", "You are the last one here."),
        Refusal::NoSuchConversation => {
            (S::NOT_FOUND, "no_such_conversation", "There is no such conversation.")
        }
        Refusal::Unseen { .. } => {
            (S::CONFLICT, "unseen", "Something arrived that you have not seen. It was not sent.")
        }
        Refusal::AlreadyTaken { .. } => (S::CONFLICT, "already_taken", "Somebody else has this."),
        Refusal::NoMail => (S::NOT_FOUND, "no_mail", "There is no mail that waits for somebody."),
        Refusal::TooLate => (S::CONFLICT, "too_late", "It has been sent already."),
        Refusal::BadText => {
            (S::UNPROCESSABLE_ENTITY, "bad_text", "The text is empty, or longer than 256 KiB.")
        }
        Refusal::EmptyFile => (S::UNPROCESSABLE_ENTITY, "empty_file", "The file is empty."),
        Refusal::FilesTooLarge => {
            (S::PAYLOAD_TOO_LARGE, "files_too_large", "The files of one mail have 18 MB together.")
        }
        Refusal::TooManyFiles => (S::CONFLICT, "too_many_files", "A mail takes 20 files."),
        Refusal::NoSuchFile => (S::NOT_FOUND, "no_such_file", "This file is not there any more."),
        Refusal::NotKept => {
            (S::SERVICE_UNAVAILABLE, "not_stored", "The box cannot write it down, so it was not taken.")
        }
        Refusal::KeptLater => (
            S::SERVICE_UNAVAILABLE,
            "stored_later",
            "It is done, but the disk refuses at present: it is written as soon as the disk takes it, and lost if \
             the box is switched off before.",
        ),
        Refusal::NoSuchCustomer => (S::NOT_FOUND, "no_such_customer", "There is no such customer."),
        Refusal::CustomerMerged { .. } => (S::CONFLICT, "merged", "This customer has gone into another one."),
        Refusal::OneBlocked => (
            S::CONFLICT,
            "one_blocked",
            "One of the two is blocked and the other is not: block both, or none, and then put them together.",
        ),
        Refusal::Changed => (S::CONFLICT, "changed", "Somebody else has changed this since."),
        Refusal::TooMany => (S::CONFLICT, "too_many", "There is no room for more."),
        Refusal::BadAddress => {
            (S::UNPROCESSABLE_ENTITY, "bad_address", "Not an address mail could be sent to.")
        }
        Refusal::BadCard { .. } => {
            (S::UNPROCESSABLE_ENTITY, "bad_text", "A text is empty where it must not be, or too long.")
        }
        Refusal::BadTime => {
            (S::UNPROCESSABLE_ENTITY, "bad_time", "The end lies later than now and within a year.")
        }
    }
}

impl From<ApplyError> for Problem {
    fn from(cause: ApplyError) -> Self {
        use StatusCode as S;
        match cause {
            ApplyError::Problems(faults) => {
                let detail = faults.first().map(ToString::to_string).unwrap_or_default();
                let mut problem = Self::new(S::UNPROCESSABLE_ENTITY, "bad_office", detail);
                problem.faults = faults.iter().map(ToString::to_string).collect();
                problem
            }
            ApplyError::NotStored(_) => {
                Self::new(S::SERVICE_UNAVAILABLE, "not_stored", cause.to_string()).retry_after(10)
            }
            ApplyError::NotInEffect(_) => Self::busy(),
            ApplyError::NoOffice => Self::new(S::CONFLICT, "no_office", cause.to_string()),
            ApplyError::NoSuchPerson(_) => Refusal::NoSuchPerson.into(),
            ApplyError::ShortPassword => {
                Self::new(S::UNPROCESSABLE_ENTITY, "short_password", cause.to_string())
            }
            ApplyError::NoInvite => Self::new(S::GONE, "no_invite", cause.to_string()),
            ApplyError::Overtaken => Self::new(S::CONFLICT, "overtaken", cause.to_string()),
            ApplyError::Secret(_) => Self::ours(&cause),
        }
    }
}
