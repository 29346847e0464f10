//! The schema, forward only. Each step is one file of SQL that both engines read, and one each for
//! what they have to say differently (full text, refusing to change the journal).

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Brings a database to the newest schema.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Spine), Box::new(Clocks), Box::new(Playbooks), Box::new(Parties)]
    }
}

struct Spine;

impl MigrationName for Spine {
    fn name(&self) -> &str {
        "m0001_spine"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Spine {
    #[expect(
        elided_lifetimes_in_paths,
        reason = "the trait's own signature elides it, and the two must agree"
    )]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(include_str!("../sql/m0001_spine.sql")).await?;
        let own = match manager.get_database_backend() {
            DbBackend::Postgres => include_str!("../sql/m0001_spine.postgres.sql"),
            _ => include_str!("../sql/m0001_spine.sqlite.sql"),
        };
        db.execute_unprepared(own).await?;
        Ok(())
    }
}

/// Says the same on both engines.
struct Clocks;

impl MigrationName for Clocks {
    fn name(&self) -> &str {
        "m0002_clocks"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Clocks {
    #[expect(
        elided_lifetimes_in_paths,
        reason = "the trait's own signature elides it, and the two must agree"
    )]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(include_str!("../sql/m0002_clocks.sql")).await?;
        Ok(())
    }
}

/// Says the same on both engines.
struct Playbooks;

impl MigrationName for Playbooks {
    fn name(&self) -> &str {
        "m0003_playbooks"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Playbooks {
    #[expect(
        elided_lifetimes_in_paths,
        reason = "the trait's own signature elides it, and the two must agree"
    )]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(include_str!("../sql/m0003_playbooks.sql")).await?;
        Ok(())
    }
}

/// Says the same on both engines.
struct Parties;

impl MigrationName for Parties {
    fn name(&self) -> &str {
        "m0006_parties"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Parties {
    #[expect(
        elided_lifetimes_in_paths,
        reason = "the trait's own signature elides it, and the two must agree"
    )]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(include_str!("../sql/m0006_parties.sql")).await?;
        Ok(())
    }
}
