-- What tenants sell, and their customers with all that belongs to them. Amounts are ten-thousandths.

-- +goose Up
-- A tenant's catalogue is read as a whole and never searched; body is an entry as JSON.
CREATE TABLE catalogues (
    tenant_id  INTEGER PRIMARY KEY REFERENCES tenants (id),
    revision   INTEGER NOT NULL,
    tax_engine TEXT NOT NULL
) STRICT;

CREATE TABLE catalogue_entries (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id),
    kind      TEXT NOT NULL,
    id        INTEGER NOT NULL, -- given by the operator; of an agent's details the agent's
    body      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, kind, id)
) STRICT;

CREATE TABLE zip_codes (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id),
    zip       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, zip)
) STRICT;

-- Custom fields are a JSON object by the fields' ids, tax exemptions a JSON list. Zero and the empty text stand for none.
CREATE TABLE customers (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id      INTEGER NOT NULL REFERENCES tenants (id),
    status         TEXT NOT NULL,
    agent_id       INTEGER NOT NULL,
    bill_profile   INTEGER NOT NULL,
    security_pin   TEXT NOT NULL,
    language       TEXT NOT NULL,
    born_at        INTEGER,
    dl             TEXT NOT NULL,
    ssn            TEXT NOT NULL,
    source         TEXT NOT NULL,
    email          TEXT NOT NULL,
    limit_balance  INTEGER,
    balance_limit  INTEGER,
    payment_terms  INTEGER,
    terms_override INTEGER,
    lifeline       INTEGER NOT NULL, -- 1: there is a row of lifelines
    class          TEXT NOT NULL,
    bill_method    TEXT NOT NULL,
    parent_id      INTEGER NOT NULL,
    is_parent      INTEGER NOT NULL,
    contract_from  INTEGER,
    contract_to    INTEGER,
    fields         TEXT NOT NULL,
    exemptions     TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE INDEX customers_tenant ON customers (tenant_id, id);
CREATE INDEX customers_status ON customers (tenant_id, status, id);
CREATE INDEX customers_parent ON customers (tenant_id, parent_id, id) WHERE parent_id <> 0;

CREATE TABLE addresses (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id  INTEGER NOT NULL REFERENCES customers (id),
    kind         TEXT NOT NULL, -- physical or mailing
    first_name   TEXT NOT NULL,
    last_name    TEXT NOT NULL,
    company_name TEXT NOT NULL,
    address1     TEXT NOT NULL,
    address2     TEXT NOT NULL,
    city         TEXT NOT NULL,
    state        TEXT NOT NULL,
    zip          TEXT NOT NULL,
    zip4         TEXT NOT NULL,
    country      TEXT NOT NULL,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE UNIQUE INDEX addresses_customer ON addresses (customer_id, kind);

CREATE TABLE lifelines (
    customer_id            INTEGER PRIMARY KEY REFERENCES customers (id),
    type_id                INTEGER NOT NULL,
    temporary_address      INTEGER,
    separate_economic_unit INTEGER,
    tribal                 INTEGER,
    proof_type             INTEGER NOT NULL,
    proof_information      TEXT NOT NULL,
    proof_notes            TEXT NOT NULL,
    status                 TEXT NOT NULL,
    multiple_households    INTEGER,
    household_count        INTEGER,
    annual_income          INTEGER,
    certified_at           INTEGER,
    first_certified_at     INTEGER,
    reservation            TEXT NOT NULL,
    nlad_enrolled          INTEGER,
    status_note            TEXT NOT NULL,
    tpiv_status            TEXT NOT NULL
) STRICT;

-- The PDFs, apart from what every reader of a customer needs.
CREATE TABLE lifeline_files (
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    kind        TEXT NOT NULL, -- self_certification or proof
    content     BLOB NOT NULL,
    PRIMARY KEY (customer_id, kind)
) STRICT;

-- Columns that end in _key hold the form in which texts are compared; the empty one is compared with nothing.
CREATE TABLE services (
    id                  INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id           INTEGER NOT NULL REFERENCES tenants (id),
    customer_id         INTEGER NOT NULL REFERENCES customers (id),
    order_id            INTEGER NOT NULL,
    type_id             INTEGER NOT NULL,
    number              TEXT NOT NULL,
    number_key          TEXT NOT NULL,
    circuit_number      TEXT NOT NULL,
    circuit_key         TEXT NOT NULL,
    carrier_customer_id TEXT NOT NULL,
    carrier_key         TEXT NOT NULL,
    description         TEXT NOT NULL,
    provider_id         INTEGER NOT NULL,
    provider_account    INTEGER NOT NULL,
    package_id          INTEGER NOT NULL,
    program_id          INTEGER NOT NULL,
    status              TEXT NOT NULL,
    fields              TEXT NOT NULL,
    created_at          INTEGER NOT NULL,
    activated_at        INTEGER,
    disconnected_at     INTEGER,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE INDEX services_customer ON services (tenant_id, customer_id);
CREATE INDEX services_number ON services (tenant_id, number_key) WHERE number_key <> '';
CREATE INDEX services_circuit ON services (tenant_id, circuit_key) WHERE circuit_key <> '';
CREATE INDEX services_carrier ON services (tenant_id, carrier_key) WHERE carrier_key <> '';

CREATE TABLE customer_products (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id       INTEGER NOT NULL REFERENCES tenants (id),
    customer_id     INTEGER NOT NULL REFERENCES customers (id),
    service_id      INTEGER NOT NULL,
    order_id        INTEGER NOT NULL,
    product_id      INTEGER NOT NULL,
    package_id      INTEGER NOT NULL,
    product_group   INTEGER NOT NULL,
    lead            INTEGER NOT NULL,
    provider_id     INTEGER NOT NULL,
    description     TEXT NOT NULL,
    rate            INTEGER NOT NULL,
    cost            INTEGER NOT NULL,
    quantity        INTEGER NOT NULL,
    code1           TEXT NOT NULL,
    code2           TEXT NOT NULL,
    group_on_bill   INTEGER NOT NULL,
    tax_included    INTEGER NOT NULL,
    status          TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    activated_at    INTEGER,
    billed_to       INTEGER,
    canceled_at     INTEGER,
    disconnected_at INTEGER,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE INDEX customer_products_customer ON customer_products (tenant_id, customer_id);
CREATE INDEX customer_products_service ON customer_products (tenant_id, service_id) WHERE service_id <> 0;

-- ship_to and port are JSON, empty when there is none.
CREATE TABLE orders (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id        INTEGER NOT NULL REFERENCES tenants (id),
    customer_id      INTEGER NOT NULL REFERENCES customers (id),
    type             TEXT NOT NULL,
    status           TEXT NOT NULL,
    status_note      TEXT NOT NULL,
    pon              TEXT NOT NULL,
    provider_id      INTEGER NOT NULL,
    provider_account INTEGER NOT NULL,
    process_id       INTEGER NOT NULL,
    phase_id         INTEGER NOT NULL,
    tracking_number  TEXT NOT NULL,
    shipping         TEXT NOT NULL,
    flow_through     INTEGER,
    description      TEXT NOT NULL,
    pbx_make         TEXT NOT NULL,
    pbx_model        TEXT NOT NULL,
    ship_to          TEXT NOT NULL,
    port             TEXT NOT NULL,
    suspend_type     TEXT NOT NULL,
    inventory_status TEXT NOT NULL,
    charge_option    TEXT NOT NULL,
    ignore_related   INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    completed_at     INTEGER,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE INDEX orders_tenant ON orders (tenant_id, id);
CREATE INDEX orders_customer ON orders (tenant_id, customer_id);
CREATE INDEX orders_status ON orders (tenant_id, status, id);
CREATE INDEX orders_provider ON orders (tenant_id, provider_id, id);
CREATE INDEX orders_pon ON orders (tenant_id, pon);
CREATE INDEX orders_phase ON orders (tenant_id, phase_id, id) WHERE status NOT IN ('COMPLETE', 'CANCELED');

CREATE TABLE order_lines (
    order_id   INTEGER NOT NULL REFERENCES orders (id),
    seq        INTEGER NOT NULL,
    service_id INTEGER NOT NULL REFERENCES services (id),
    action     TEXT NOT NULL,
    PRIMARY KEY (order_id, seq)
) STRICT;
CREATE INDEX order_lines_service ON order_lines (service_id);

CREATE TABLE order_products (
    order_id         INTEGER NOT NULL,
    line             INTEGER NOT NULL, -- seq of the line
    seq              INTEGER NOT NULL,
    action           TEXT NOT NULL,
    customer_product INTEGER NOT NULL,
    product_id       INTEGER NOT NULL,
    rate             INTEGER,
    quantity         INTEGER NOT NULL,
    PRIMARY KEY (order_id, line, seq),
    FOREIGN KEY (order_id, line) REFERENCES order_lines (order_id, seq)
) STRICT;

CREATE TABLE inventory_items (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id      INTEGER NOT NULL REFERENCES tenants (id),
    type_id        INTEGER NOT NULL,
    kind           TEXT NOT NULL,
    identifier     TEXT NOT NULL,
    identifier_key TEXT NOT NULL,
    status         TEXT NOT NULL,
    customer_id    INTEGER NOT NULL,
    service_id     INTEGER NOT NULL,
    product_id     INTEGER NOT NULL,
    assigned_at    INTEGER,
    reason_id      INTEGER NOT NULL,
    note           TEXT NOT NULL,
    fields         TEXT NOT NULL,
    msid           TEXT NOT NULL,
    msl            TEXT NOT NULL,
    mdn            TEXT NOT NULL,
    mdn_key        TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE UNIQUE INDEX inventory_items_identifier ON inventory_items (tenant_id, identifier_key, kind);
CREATE INDEX inventory_items_tenant ON inventory_items (tenant_id, id);
CREATE INDEX inventory_items_mdn ON inventory_items (tenant_id, mdn_key) WHERE mdn_key <> '';
CREATE INDEX inventory_items_customer ON inventory_items (tenant_id, customer_id) WHERE customer_id <> 0;
CREATE INDEX inventory_items_service ON inventory_items (tenant_id, service_id) WHERE service_id <> 0;

CREATE TABLE transactions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id    INTEGER NOT NULL REFERENCES tenants (id),
    customer_id  INTEGER NOT NULL REFERENCES customers (id),
    service_id   INTEGER NOT NULL,
    product_id   INTEGER NOT NULL, -- of a customer product
    of_product   INTEGER NOT NULL,
    of_type      INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    amount       INTEGER NOT NULL,
    quantity     INTEGER NOT NULL,
    description  TEXT NOT NULL,
    from_at      INTEGER,
    to_at        INTEGER,
    tax_included INTEGER NOT NULL,
    prorate      INTEGER NOT NULL,
    agent_id     INTEGER NOT NULL,
    statement_id INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE INDEX transactions_customer ON transactions (tenant_id, customer_id, created_at);
CREATE INDEX transactions_service ON transactions (tenant_id, service_id, created_at) WHERE service_id <> 0;
CREATE INDEX transactions_statement ON transactions (tenant_id, statement_id) WHERE statement_id <> 0;
CREATE INDEX transactions_created_at ON transactions (tenant_id, created_at);

CREATE TABLE notes (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id     INTEGER NOT NULL REFERENCES tenants (id),
    customer_id   INTEGER NOT NULL REFERENCES customers (id),
    service_id    INTEGER NOT NULL,
    order_id      INTEGER NOT NULL,
    type_id       INTEGER NOT NULL,
    popup         INTEGER NOT NULL,
    high_priority INTEGER NOT NULL,
    title         TEXT NOT NULL,
    text          TEXT NOT NULL,
    created_by    INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    CHECK (id BETWEEN 1 AND 2147483647)
) STRICT;
CREATE INDEX notes_customer ON notes (tenant_id, customer_id);

-- Announcements are kept only where an event waits for them.
CREATE INDEX sms_events_trigger ON sms_events (tenant_id, fired_by) WHERE disabled_at IS NULL;

-- A new store gets its roles later. Those that an operator made stay as they are.
UPDATE roles SET permissions = permissions || ' read_records'
WHERE name IN ('api', 'admin', 'super-admin', 'Rev.io') AND ' ' || permissions || ' ' NOT LIKE '% read_records %';
UPDATE roles SET permissions = permissions || ' change_records'
WHERE name IN ('api', 'admin', 'super-admin', 'Rev.io') AND ' ' || permissions || ' ' NOT LIKE '% change_records %';

INSERT INTO sqlite_sequence (name, seq) VALUES
    ('customers', 1000), ('addresses', 1000), ('services', 1000), ('customer_products', 1000), ('orders', 1000), ('inventory_items', 1000), ('transactions', 1000), ('notes', 1000);

-- +goose Down
UPDATE roles SET permissions = TRIM(REPLACE(REPLACE(' ' || permissions || ' ', ' read_records ', ' '), ' change_records ', ' '));
DROP INDEX sms_events_trigger;
DROP TABLE notes;
DROP TABLE transactions;
DROP TABLE inventory_items;
DROP TABLE order_products;
DROP TABLE order_lines;
DROP TABLE orders;
DROP TABLE customer_products;
DROP TABLE services;
DROP TABLE lifeline_files;
DROP TABLE lifelines;
DROP TABLE addresses;
DROP TABLE customers;
DROP TABLE zip_codes;
DROP TABLE catalogue_entries;
DROP TABLE catalogues;
