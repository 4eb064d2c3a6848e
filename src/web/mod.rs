//! Shell. HTTP: the dashboard, the JSON API, the live feed.
