//! The modules of the library's tests that generate the cases.

// Only a part of each is used.
#![allow(dead_code, unused_imports)]

#[path = "../../common/fixtures.rs"]
pub(crate) mod fixtures;
#[path = "../../common/hostile.rs"]
pub(crate) mod hostile;
#[path = "../../model/mod.rs"]
pub(crate) mod model;
#[path = "../../common/random.rs"]
pub(crate) mod random;
