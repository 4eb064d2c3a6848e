//! Pure. What happens if someone calls then: the way of a call through settings and hours, number by number
//! (spec/hunt-groups.md §10, "What happens if someone calls now / Saturday 14:00?").
//!
//! Steps and no words; `i18n::preview` says them in the reader's language.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Plan, State, Why};
use crate::ids::{GroupId, MenuId, PersonId};
use crate::number::Number;
use crate::office::memory::Override;
use crate::settings::{Goal, Member, Menu, Settings, Strategy};
use jiff::Timestamp;
use std::time::Duration;

/// What would happen at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    pub at: Timestamp,
    /// Every group with its hours then.
    pub groups: Vec<(GroupId, State)>,
    /// Every number of ours with what a caller meets, in order.
    pub numbers: Vec<(Number, Vec<Step>)>,
}

/// One thing a caller meets; a deeper one belongs to the choice above it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub depth: usize,
    pub meets: Meets,
}

/// What a caller meets.
#[derive(Clone, Debug, PartialEq)]
pub enum Meets {
    Welcome,
    Menu(MenuId),
    Key(char),
    /// No key within this time, or a wrong one.
    NoKey(Duration),
    /// The group is open.
    Open {
        group: GroupId,
        closes_at: Option<Timestamp>,
    },
    /// The group is closed; what follows is the way of callers then.
    Closed {
        group: GroupId,
        opens_at: Option<Timestamp>,
        why: Why,
    },
    /// These ring.
    Rings {
        strategy: Strategy,
        members: Vec<Member>,
    },
    /// This group answers outside its hours, because the owner says so.
    Answers(GroupId),
    Person(PersonId),
    Outside(Number),
    /// A message can be left.
    Message(GroupId),
    /// The caller is asked whether to be called back when this group opens, or to leave a message.
    CallsBack(GroupId),
    /// The way leads nowhere.
    Nowhere,
}

/// What would happen if someone called at this instant.
pub fn preview(settings: &Settings, words: &[Override], at: Timestamp) -> Preview {
    let state = |group: &GroupId| Plan::of(settings, Some(group), words).state_at(at);
    let groups = settings.groups.iter().map(|group| (group.id.clone(), state(&group.id))).collect();
    let numbers = settings.numbers.iter().map(|plan| {
        let mut way = Way { settings, words, at, steps: Vec::new() };
        if plan.welcome {
            way.meets(0, Meets::Welcome);
        }
        way.follow(0, &plan.to);
        (plan.number.clone(), way.steps)
    });
    Preview { at, groups, numbers: numbers.collect() }
}

struct Way<'a> {
    settings: &'a Settings,
    words: &'a [Override],
    at: Timestamp,
    steps: Vec<Step>,
}

impl Way<'_> {
    fn meets(&mut self, depth: usize, meets: Meets) {
        self.steps.push(Step { depth, meets });
    }

    fn follow(&mut self, depth: usize, goal: &Goal) {
        match goal {
            Goal::Group(group) | Goal::Topic(group, _) => self.group(depth, group),
            Goal::Callback(group) => self.callback(depth, group),
            Goal::Menu(id) => self.menu(depth, id),
            other => self.plain(depth, other),
        }
    }

    fn plain(&mut self, depth: usize, goal: &Goal) {
        let meets = match goal {
            Goal::Person(person) => Meets::Person(person.clone()),
            Goal::Number(number) => Meets::Outside(number.clone()),
            Goal::Voicemail(group) => Meets::Message(group.clone()),
            Goal::Group(_) | Goal::Topic(..) | Goal::Callback(_) | Goal::Menu(_) => Meets::Nowhere,
        };
        self.meets(depth, meets);
    }

    fn menu(&mut self, depth: usize, id: &MenuId) {
        let settings = self.settings;
        // Settings that lead round are refused; no way is deeper than there are menus.
        let known = settings.menus.iter().find(|menu| menu.id == *id);
        let Some(menu) = known.filter(|_| depth <= 2 * settings.menus.len()) else {
            return self.meets(depth, Meets::Nowhere);
        };
        self.meets(depth, Meets::Menu(id.clone()));
        for (key, goal) in &menu.keys {
            self.meets(depth + 1, Meets::Key(*key));
            self.choice(depth + 2, menu, goal);
        }
        self.meets(depth + 1, Meets::NoKey(menu.timeout));
        self.choice(depth + 2, menu, &menu.otherwise);
    }

    /// A key may lead back to its own menu: it is heard again, and that is all there is to say.
    fn choice(&mut self, depth: usize, menu: &Menu, goal: &Goal) {
        match goal {
            Goal::Menu(id) if *id == menu.id => self.meets(depth, Meets::Menu(id.clone())),
            goal => self.follow(depth, goal),
        }
    }

    fn group(&mut self, depth: usize, id: &GroupId) {
        let plan = Plan::of(self.settings, Some(id), self.words);
        match plan.state_at(self.at) {
            State::Open { closes_at } => {
                self.meets(depth, Meets::Open { group: id.clone(), closes_at });
                self.rings(depth, id);
            }
            State::Closed { opens_at, why } => {
                self.meets(depth, Meets::Closed { group: id.clone(), opens_at, why });
                self.after_hours(depth, id, plan.after);
            }
        }
    }

    fn callback(&mut self, depth: usize, id: &GroupId) {
        match Plan::of(self.settings, Some(id), self.words).state_at(self.at) {
            State::Open { .. } => self.group(depth, id),
            State::Closed { opens_at, why } => {
                self.meets(depth, Meets::Closed { group: id.clone(), opens_at, why });
                self.door(depth, id);
            }
        }
    }

    /// A group that does not open within a year promises no call then.
    fn door(&mut self, depth: usize, id: &GroupId) {
        let state = Plan::of(self.settings, Some(id), self.words).state_at(self.at);
        let meets = match state {
            State::Closed { opens_at: None, .. } => Meets::Message(id.clone()),
            _ => Meets::CallsBack(id.clone()),
        };
        self.meets(depth, meets);
    }

    fn rings(&mut self, depth: usize, id: &GroupId) {
        if let Some(group) = self.settings.groups.iter().find(|group| group.id == *id) {
            self.meets(depth, Meets::Rings { strategy: group.strategy, members: group.members.clone() });
        }
    }

    fn after_hours(&mut self, depth: usize, id: &GroupId, after: Option<&Goal>) {
        match after {
            None => self.door(depth, id),
            Some(Goal::Callback(group))
                if !Plan::of(self.settings, Some(group), self.words).is_open(self.at) =>
            {
                self.door(depth, group);
            }
            Some(Goal::Group(group) | Goal::Topic(group, _)) => {
                self.meets(depth, Meets::Answers(group.clone()));
                self.rings(depth, group);
            }
            Some(goal) => self.follow(depth, goal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::parse_toml;

    const OFFICE: &str = r#"
        [office]
        name = "Hansen VVS"
        language = "en"
        country = "DK"
        time_zone = "Europe/Copenhagen"
        [[person]]
        id = "anna"
        name = "Anna Berg"
        role = "owner"
        [[trunk]]
        id = "provider"
        host = "sip.example"
        register = false
        from = ["192.0.2.1"]
        numbers = ["+4533445566", "+4533445567"]
        [[group]]
        id = "main"
        name = "Main line"
        members = [{ person = "anna" }]
        [[menu]]
        id = "front"
        prompt = "front-menu"
        keys = { "1" = "group:main", "2" = "menu:front", "3" = "voicemail:main" }
        otherwise = "person:anna"
        [hours]
        mon = ["08:00-16:00"]
        after = "callback:main"
        [[number]]
        number = "+4533445566"
        to = "menu:front"
        welcome = true
        [[number]]
        number = "+4533445567"
        to = "group:main"
        welcome = false
    "#;

    fn steps(at: &str, place: usize) -> Vec<String> {
        let settings = parse_toml(OFFICE, "office.toml", None).unwrap();
        let preview = preview(&settings, &[], at.parse().unwrap());
        let step = |step: &Step| format!("{}{:?}", " ".repeat(step.depth), step.meets);
        preview.numbers[place].1.iter().map(step).collect()
    }

    #[test]
    fn a_menu_shows_every_way() {
        let seen = steps("2026-11-23T12:00:00Z", 0);
        let starts = [
            "Welcome",
            "Menu(",
            " Key('1')",
            "  Open { group: ",
            "  Rings { strategy: Everyone",
            " Key('2')",
            "  Menu(",
            " Key('3')",
            "  Message(",
            " NoKey(6s)",
            "  Person(",
        ];
        assert_eq!(seen.len(), starts.len(), "{seen:#?}");
        for (line, start) in seen.iter().zip(starts) {
            assert!(line.starts_with(start), "{line} is not {start}");
        }
    }

    #[test]
    fn closed_leads_on_to_the_way_after_hours() {
        let seen = steps("2026-11-24T12:00:00Z", 1);
        assert_eq!(seen.len(), 2);
        assert!(seen[0].starts_with("Closed {") && seen[1] == "CallsBack(main)", "{seen:?}");
    }

    /// Without a way callers are asked at the door, as where the owner says so.
    #[test]
    fn closed_leads_on_to_the_door() {
        let mut settings = parse_toml(OFFICE, "office.toml", None).unwrap();
        settings.hours.after = None;
        let goals = [Goal::Group("main".into()), Goal::Callback("main".into())];
        let opens = [settings.hours.week.clone(), Default::default()];
        let ends = [Meets::CallsBack("main".into()), Meets::Message("main".into())];
        for (week, last) in opens.into_iter().zip(ends) {
            settings.hours.week = week;
            for to in &goals {
                settings.numbers[1].to = to.clone();
                let preview = preview(&settings, &[], "2026-11-24T12:00:00Z".parse().unwrap());
                let seen: Vec<&Meets> = preview.numbers[1].1.iter().map(|step| &step.meets).collect();
                assert!(matches!(seen[..], [Meets::Closed { .. }, end] if *end == last), "{seen:?}");
            }
        }
    }
}
