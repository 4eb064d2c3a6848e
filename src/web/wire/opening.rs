//! Shell. The opening hours as a page shows them.

use serde::Serialize;
use utoipa::ToSchema;

/// `GET /hours`: the week of the office and of every group with hours of its own, and the closed days ahead.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Hours {
    pub time_zone: String,
    /// The date in the office.
    pub today: String,
    /// The office first.
    pub plans: Vec<HoursPlan>,
    pub ahead: Vec<ClosedDay>,
}

/// A week.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HoursPlan {
    /// The group's name; null: the office.
    #[schema(required)]
    pub name: Option<String>,
    /// Monday first.
    pub week: Vec<Vec<HoursSpan>>,
}

/// `08:00`–`16:00`; `24:00` is the end of the day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HoursSpan {
    pub from: String,
    pub to: String,
}

/// A day on which it is closed whatever the week says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClosedDay {
    pub date: String,
    /// `holiday` or `closed_day`.
    pub kind: &'static str,
    /// The holiday, or the owner's reason.
    pub name: String,
    /// The group it is about; null: the office.
    #[schema(required)]
    pub plan: Option<String>,
}
