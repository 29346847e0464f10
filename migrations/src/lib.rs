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
        vec![
            Box::new(Spine),
            Box::new(Clocks),
            Box::new(Playbooks),
            Box::new(Ledger),
            Box::new(Register),
            Box::new(Parties),
            Box::new(Assessments),
            Box::new(Library),
            Box::new(Runs),
            Box::new(Delivery),
            Box::new(FiledForms),
            Box::new(Recipients),
            Box::new(Review),
            Box::new(Bounces),
            Box::new(Texts),
            Box::new(Correspondence),
            Box::new(Languages),
            Box::new(SentBytes),
            Box::new(ListMarks),
        ]
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

/// Steps that say the same on both engines: one file each.
macro_rules! steps {
    ($($step:ident = $name:literal),+ $(,)?) => {$(
        struct $step;

        impl MigrationName for $step {
            fn name(&self) -> &str {
                $name
            }
        }

        #[async_trait::async_trait]
        impl MigrationTrait for $step {
            #[expect(
                elided_lifetimes_in_paths,
                reason = "the trait's own signature elides it, and the two must agree"
            )]
            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                let sql = include_str!(concat!("../sql/", $name, ".sql"));
                manager.get_connection().execute_unprepared(sql).await?;
                Ok(())
            }
        }
    )+};
}

steps! {
    Clocks = "m0002_clocks",
    Playbooks = "m0003_playbooks",
    Ledger = "m0004_ledger",
    Register = "m0005_register",
    Parties = "m0006_parties",
    Assessments = "m0007_assessments",
    Library = "m0008_playbooks",
    Runs = "m0009_runs",
    Delivery = "m0010_delivery",
    FiledForms = "m0011_filed_forms",
    Recipients = "m0012_recipients",
    Review = "m0013_review",
    Bounces = "m0014_bounces",
    Texts = "m0015_texts",
    Correspondence = "m0016_correspondence",
    Languages = "m0017_languages",
    SentBytes = "m0018_sent_bytes",
    ListMarks = "m0019_list_marks",
}
