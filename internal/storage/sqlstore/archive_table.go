package sqlstore

import (
	"slices"
	"strings"
)

// archiveTable is one table as it goes into an archive. The first column is its key, or begins it.
type archiveTable struct {
	name     string
	numbered bool // its ids are given by the database, in sequence
	columns  []archiveColumn
}

// names lists the columns.
func (t archiveTable) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// order gives what puts the rows into one order on every engine: the key.
func (t archiveTable) order() string {
	if t.numbered {
		return t.columns[0].name
	}
	return strings.Join(t.names(), ", ")
}

func (t archiveTable) column(name string) (archiveColumn, bool) {
	i := slices.IndexFunc(t.columns, func(c archiveColumn) bool { return c.name == name })
	if i < 0 {
		return archiveColumn{}, false
	}
	return t.columns[i], true
}

// scan reads one row.
func (t archiveTable) scan(row scanner) ([]*cell, error) {
	cells := make([]*cell, len(t.columns))
	into := make([]any, len(t.columns))
	for i, c := range t.columns {
		cells[i] = &cell{kind: c.kind}
		into[i] = cells[i]
	}
	return cells, row.Scan(into...)
}

// table declares a table by its columns, each with what it holds unless that is a number: "name:text".
func table(name string, numbered bool, columns ...string) archiveTable {
	t := archiveTable{name: name, numbered: numbered}
	for _, c := range columns {
		column, holds, _ := strings.Cut(c, ":")
		k := holdsNumber
		switch holds {
		case "text":
			k = holdsText
		case "blob":
			k = holdsBytes
		}
		t.columns = append(t.columns, archiveColumn{name: column, kind: k})
	}
	return t
}

// archiveTables lists every table with every column, a table after those that it refers to. A test holds it against
// the schema of both engines. A column that a later migration adds needs a default, so that older archives, which
// lack it, can be read.
func archiveTables() []archiveTable {
	return []archiveTable{
		table("tenants", true, "id", "parent_id", "kind:text", "code:text", "code_key:text", "name:text", "time_zone:text",
			"impersonation_off_at", "created_at", "disabled_at", "description:text", "web_url:text", "modified_at"),
		table("agents", true, "id", "tenant_id", "number:text", "name:text"),
		table("roles", false, "name:text", "permissions:text", "dialects:text"),
		table("accounts", true, "id", "tenant_id", "agent_id", "kind:text", "name:text", "name_key:text",
			"login_name:text", "login_key:text", "role:text", "password_hash:text", "password_weak_at", "version",
			"session_idle", "session_cap", "cap_policy:text", "created_at", "disabled_at", "first_name:text",
			"last_name:text", "email:text", "phone:text", "department:text", "disabled_as:text"),
		table("account_groups", true, "id", "tenant_id", "name:text", "name_key:text", "description:text", "created_at",
			"modified_at"),
		table("group_members", false, "group_id", "account_id"),
		table("grants", true, "id", "granter_id", "receiver_id", "digest:blob", "key_id:text", "created_at", "expires_at",
			"withdrawn_at", "last_used_at"),
		table("sessions", true, "id", "dialect:text", "subject_id", "actor_id", "grant_id", "subject_version",
			"actor_version", "digest:blob", "key_id:text", "peer:text", "created_at", "last_used_at", "idle",
			"expires_at", "ended_at", "end_reason:text", "live_until", "door:text"),
		table("login_tokens", true, "id", "account_id", "issuer_id", "door:text", "digest:blob", "key_id:text",
			"issuer_session", "account_version", "issuer_version", "only_from:text", "created_at", "expires_at", "redeemed_at",
			"redeemed_from:text", "redeemed_by", "withdrawn_at", "opened", "scanned"),
		table("sms_profiles", true, "id", "tenant_id", "from_number:text", "from_key:text", "gateway:text", "rate",
			"parts_per_day", "most_parts", "default_at", "created_at", "disabled_at"),
		table("sms_pace", false, "profile_id", "next_at", "day_began", "parts"),
		table("sms_events", true, "id", "tenant_id", "name:text", "name_key:text", "template:text", "profile_id",
			"fired_by:text", "created_by", "created_role:text", "created_at", "disabled_at"),
		table("sms_messages", true, "id", "tenant_id", "profile_id", "event_id", "subject_id", "actor_id",
			"customer_id", "purpose:text", "obeys_list", "to_number:text", "to_shown:text", "text:text", "coding:text",
			"parts", "state:text", "reason:text", "repeats", "accepted_at", "expires_at", "due_at", "settle_at", "tries",
			"claimed_at", "claimed_by:text", "changed_at"),
		table("sms_parts", false, "message_id", "part", "state:text", "gateway:text", "provider_id:text",
			"provider_key:text", "code:text", "changed_at"),
		table("sms_reports", true, "id", "gateway:text", "provider_id:text", "state:text", "code:text",
			"from_number:text", "to_number:text", "text_start:text", "reported_at", "received_at"),
		table("sms_repeats", false, "digest:blob", "message_id", "sent_at", "repeats"),
		table("sms_dispatchers", false, "name:text", "seen_at"),
		table("sms_inbounds", true, "id", "tenant_id", "profile_id", "gateway:text", "provider_id:text",
			"from_number:text", "from_shown:text", "to_number:text", "text:text", "meaning:text", "word:text",
			"digest:blob", "received_at", "reviewed_at", "reviewed_by:text"),
		table("opt_outs", true, "id", "tenant_id", "number_key:text", "person", "profile_id", "shown:text",
			"source:text", "words:text", "subject_id", "actor_id", "name:text", "door:text", "peer:text", "created_at"),
		table("evidence", true, "id", "tenant_id", "number_key:text", "seq", "kind:text", "source:text", "profile_id",
			"message_id", "inbound_id", "words:text", "subject_id", "actor_id", "name:text", "door:text", "peer:text",
			"at", "previous:blob", "seal:blob", "key_id:text"),
		table("evidence_heads", false, "tenant_id", "number_key:text", "seq", "last:blob", "seal:blob", "key_id:text"),
		table("catalogues", false, "tenant_id", "revision", "tax_engine:text"),
		table("catalogue_entries", false, "tenant_id", "kind:text", "id", "body:text"),
		table("zip_codes", false, "tenant_id", "zip:text"),
		table("customers", true, "id", "tenant_id", "status:text", "agent_id", "bill_profile", "security_pin:text",
			"language:text", "born_at", "dl:text", "ssn:text", "source:text", "email:text", "limit_balance", "balance_limit",
			"payment_terms", "terms_override", "lifeline", "class:text", "bill_method:text", "parent_id", "is_parent",
			"contract_from", "contract_to", "fields:text", "exemptions:text", "created_at"),
		table("addresses", true, "id", "customer_id", "kind:text", "first_name:text", "last_name:text", "company_name:text",
			"address1:text", "address2:text", "city:text", "state:text", "zip:text", "zip4:text", "country:text"),
		table("lifelines", false, "customer_id", "type_id", "temporary_address", "separate_economic_unit", "tribal",
			"proof_type", "proof_information:text", "proof_notes:text", "status:text", "multiple_households",
			"household_count", "annual_income", "certified_at", "first_certified_at", "reservation:text", "nlad_enrolled",
			"status_note:text", "tpiv_status:text"),
		table("lifeline_files", false, "customer_id", "kind:text", "content:blob"),
		table("services", true, "id", "tenant_id", "customer_id", "order_id", "type_id", "number:text", "number_key:text",
			"circuit_number:text", "circuit_key:text", "carrier_customer_id:text", "carrier_key:text", "description:text",
			"provider_id", "provider_account", "package_id", "program_id", "status:text", "fields:text", "created_at",
			"activated_at", "disconnected_at"),
		table("customer_products", true, "id", "tenant_id", "customer_id", "service_id", "order_id", "product_id",
			"package_id", "product_group", "lead", "provider_id", "description:text", "rate", "cost", "quantity", "code1:text",
			"code2:text", "group_on_bill", "tax_included", "status:text", "created_at", "activated_at", "billed_to",
			"canceled_at", "disconnected_at"),
		table("orders", true, "id", "tenant_id", "customer_id", "type:text", "status:text", "status_note:text", "pon:text",
			"provider_id", "provider_account", "process_id", "phase_id", "tracking_number:text", "shipping:text",
			"flow_through", "description:text", "pbx_make:text", "pbx_model:text", "ship_to:text", "port:text",
			"suspend_type:text", "inventory_status:text", "charge_option:text", "ignore_related", "created_at", "completed_at"),
		table("order_lines", false, "order_id", "seq", "service_id", "action:text"),
		table("order_products", false, "order_id", "line", "seq", "action:text", "customer_product", "product_id", "rate",
			"quantity"),
		table("inventory_items", true, "id", "tenant_id", "type_id", "kind:text", "identifier:text", "identifier_key:text",
			"status:text", "customer_id", "service_id", "product_id", "assigned_at", "reason_id", "note:text", "fields:text",
			"msid:text", "msl:text", "mdn:text", "mdn_key:text", "created_at"),
		table("transactions", true, "id", "tenant_id", "customer_id", "service_id", "product_id", "of_product", "of_type",
			"kind:text", "amount", "quantity", "description:text", "from_at", "to_at", "tax_included", "prorate", "agent_id",
			"statement_id", "created_at"),
		table("notes", true, "id", "tenant_id", "customer_id", "service_id", "order_id", "type_id", "popup",
			"high_priority", "title:text", "text:text", "created_by", "created_at"),
		table("announcements", true, "id", "tenant_id", "name:text", "subject:text", "details:text", "at"),
		table("tries", false, "key:text", "tries", "tried_at"),
		table("audit", true, "id", "seq", "at", "subject_id", "actor_id", "name:text", "door:text", "peer:text",
			"tenant_id", "action:text", "object:text", "detail:text"),
		table("audit_seal", false, "id", "last_seq"),
		table("server_keys", false, "id:text", "fingerprint:text", "first_used_at"),
	}
}
