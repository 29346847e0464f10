//! Every action there is, once: for permission, for the journal and for a token's scope.

use crate::choices;

choices! {
    /// What somebody does. The code is what the journal says.
    pub enum Action {
        SetUp = "set_up" => "set up the first account",
        ManageAccounts = "manage_accounts" => "manage accounts",
        ManageSelf = "manage_self" => "manage the own account",
        ConfigureMail = "configure_mail" => "configure mail",
        EditOrganisation = "edit_organisation" => "edit the organisation's profile",
        ReadOrganisation = "read_organisation" => "read the organisation's profile",
        ReadSystemJournal = "read_system_journal" => "read the system journal",
        ReadLibrary = "read_library" => "read the playbooks",
        BeginPlaybook = "begin_playbook" => "begin a playbook of the organisation's own, or the next version of one",
        EditPlaybook = "edit_playbook" => "edit the draft of a playbook or give it up",
        PublishPlaybook = "publish_playbook" => "publish a playbook, decline it, or say which one is offered",
        ReadTexts = "read_texts" => "read the organisation's own texts of notices",
        BeginTexts = "begin_texts" => "begin a version of the organisation's own texts",
        EditTexts = "edit_texts" => "edit the draft of own texts or give it up",
        PublishTexts = "publish_texts" => "publish own texts, decline them or retire them",
        ReadRegister = "read_register" => "read the breach register",
        ConfigureRetention = "configure_retention" => "say how long records are kept",
        SetReviewDate = "set_review_date" => "give a record a date of its own",
        HoldRecord = "hold_record" => "place a legal hold on a record or lift it",
        ReadIncidents = "read_incidents" => "list incidents",
        Search = "search" => "search",
        ReadAlerts = "read_alerts" => "read alerts",
        ReceiveAlert = "receive_alert" => "receive an alert",
        DismissAlert = "dismiss_alert" => "dismiss an alert",
        DeclareIncident = "declare_incident" => "declare an incident",
        DeclareFromAlert = "declare_from_alert" => "declare an incident from an alert",
        ReadIncident = "read_incident" => "read an incident",
        ReadJournal = "read_journal" => "read an incident's journal",
        ExportProof = "export_proof" => "take out the proof of a notice or of a case",
        EditIncident = "edit_incident" => "edit an incident",
        MovePhase = "move_phase" => "move the phase",
        ManageMembers = "manage_members" => "manage members",
        Restrict = "restrict" => "restrict an incident or lift it",
        BreakGlass = "break_glass" => "break glass",
        CloseIncident = "close_incident" => "close an incident",
        ReopenIncident = "reopen_incident" => "reopen an incident",
        AddEntry = "add_entry" => "add a timeline entry",
        EditEntry = "edit_entry" => "edit a timeline entry",
        AddTask = "add_task" => "add a task",
        EditTask = "edit_task" => "edit a task",
        AddNote = "add_note" => "add a note",
        EditNote = "edit_note" => "edit a note",
        AddEvidence = "add_evidence" => "add evidence",
        ReadEvidence = "read_evidence" => "download evidence",
        VerifyEvidence = "verify_evidence" => "verify evidence",
        WithdrawEvidence = "withdraw_evidence" => "withdraw evidence",
        RecordFact = "record_fact" => "record a fact",
        AssessRisk = "assess_risk" => "assess the risk",
        RecordAwareness = "record_awareness" => "record awareness",
        DecideAwareness = "decide_awareness" => "confirm or decline a correction of awareness",
        AddCandidate = "add_candidate" => "add a candidate moment of awareness or withdraw it",
        RecordTrigger = "record_trigger" => "record what starts a clock",
        RecordSubmission = "record_submission" => "record that a report was submitted",
        DecideRisk = "decide_risk" => "decide on risk, notification and communication",
        SignDecision = "sign_decision" => "sign a decision or decline it",
        RecordOrder = "record_order" => "record an order or a request to wait",
        NameAuthority = "name_authority" => "name an authority of a case or withdraw it",
        SetClockScope = "set_clock_scope" => "switch rules on for a case",
        AcknowledgeReminder = "acknowledge_reminder" => "acknowledge a reminder",
        AcknowledgeByLink = "acknowledge_by_link" => "acknowledge a reminder through its link",
        SwitchRules = "switch_rules" => "switch rules on and make own clocks",
        ConfigureClocks = "configure_clocks" => "configure reminders and own clocks",
        StartPlaybook = "start_playbook" => "start a playbook",
        WorkStep = "work_step" => "work on a playbook step",
        DraftNotice = "draft_notice" => "draft a notice",
        EditNotice = "edit_notice" => "edit a notice",
        SubmitNotice = "submit_notice" => "submit a notice for review",
        RequestChanges = "request_changes" => "request changes to a notice",
        CommentNotice = "comment_notice" => "comment on a notice",
        ApproveNotice = "approve_notice" => "approve a notice",
        SendNotice = "send_notice" => "send a notice",
        CancelNotice = "cancel_notice" => "cancel a notice",
        PauseSending = "pause_sending" => "pause or resume the sending of a notice",
        DecideHeld = "decide_held" => "say what becomes of a held mail",
        ImportRecipients = "import_recipients" => "read a file of recipients in, or drop it",
        ReadRecipients = "read_recipients" => "open the list of recipients of a notice",
        TellOtherwise = "tell_otherwise" => "say who was told by letter or telephone",
        PurgeRecipients = "purge_recipients" => "remove the list of recipients of a notice",
        RecordQuestion = "record_question" => "record a question that somebody asks about a case",
        AnswerQuestion = "answer_question" => "change a question, write its answer, say that it was sent, or withdraw it",
        ApproveAnswer = "approve_answer" => "approve an answer or send it back",
        CountReplies = "count_replies" => "count what people reply to a communication",
        ReadParties = "read_parties" => "read the address book of parties",
        AddParty = "add_party" => "add a party to the address book",
        EditParty = "edit_party" => "edit a party of the address book or retire it",
        AddCaseParty = "add_case_party" => "bring a party into a case",
        EditCaseParty = "edit_case_party" => "change a party of a case or take it out",
        SetProcessing = "set_processing" => "say whether a case is handled as a controller or a processor",
    }
}

/// What a token must be allowed for an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    Read,
    Write,
    Release,
    Alerts,
    Browser,
}

impl Action {
    /// What a token must be allowed for this action.
    #[must_use]
    pub fn needs(self) -> Needs {
        use Action as A;
        match self {
            A::ReadOrganisation
            | A::ReadSystemJournal
            | A::ReadLibrary
            | A::ReadTexts
            | A::ReadRegister
            | A::ReadIncidents
            | A::Search
            | A::ReadAlerts
            | A::ReadIncident
            | A::ReadJournal
            | A::ExportProof
            | A::ReadEvidence
            | A::ReadRecipients
            | A::ReadParties => Needs::Read,
            A::ReceiveAlert => Needs::Alerts,
            A::ApproveNotice | A::SendNotice | A::PauseSending | A::DecideHeld | A::ApproveAnswer => {
                Needs::Release
            }
            A::SetUp
            | A::ManageAccounts
            | A::ManageSelf
            | A::ConfigureMail
            | A::BreakGlass
            | A::AcknowledgeByLink => Needs::Browser,
            _ => Needs::Write,
        }
    }

    /// Whether this is ordinary work inside an incident, open to those who write in it.
    #[must_use]
    pub fn is_incident_write(self) -> bool {
        use Action as A;
        matches!(
            self,
            A::EditIncident
                | A::AddEntry
                | A::EditEntry
                | A::AddTask
                | A::EditTask
                | A::AddNote
                | A::EditNote
                | A::AddEvidence
                | A::VerifyEvidence
                | A::WithdrawEvidence
                | A::RecordFact
                | A::AssessRisk
                | A::RecordAwareness
                | A::AddCandidate
                | A::RecordTrigger
                | A::RecordSubmission
                | A::RecordOrder
                | A::NameAuthority
                | A::AcknowledgeReminder
                | A::StartPlaybook
                | A::WorkStep
                | A::DraftNotice
                | A::EditNotice
                | A::SubmitNotice
                | A::ImportRecipients
                | A::TellOtherwise
                | A::RecordQuestion
                | A::AnswerQuestion
                | A::CountReplies
                | A::AddCaseParty
                | A::EditCaseParty
                | A::SetProcessing
        )
    }

    /// Whether the change is of something that others may have changed meanwhile, so that the
    /// asker must say which revision was seen.
    #[must_use]
    pub fn needs_revision(self) -> bool {
        use Action as A;
        matches!(
            self,
            A::EditIncident
                | A::MovePhase
                | A::Restrict
                | A::CloseIncident
                | A::ReopenIncident
                | A::EditEntry
                | A::EditTask
                | A::EditNote
                | A::WorkStep
                | A::EditNotice
                | A::SubmitNotice
                | A::RequestChanges
                | A::ApproveNotice
                | A::SendNotice
                | A::CancelNotice
                | A::AnswerQuestion
                | A::ApproveAnswer
                | A::DismissAlert
                | A::EditOrganisation
                | A::ConfigureMail
                | A::ConfigureClocks
                | A::ConfigureRetention
                | A::SetReviewDate
                | A::EditPlaybook
                | A::PublishPlaybook
                | A::EditTexts
                | A::PublishTexts
                | A::EditParty
                | A::EditCaseParty
                | A::SetProcessing
        )
    }
}
