-- name: Customer :one
SELECT * FROM customers WHERE id = $1 AND tenant_id = $2;

-- name: CustomerExists :one
SELECT CAST(EXISTS (SELECT 1 FROM customers AS c WHERE c.id = $1 AND c.tenant_id = $2) AS INTEGER) AS found;

-- name: InsertCustomer :one
INSERT INTO customers (tenant_id, status, agent_id, bill_profile, security_pin, language, born_at, dl, ssn, source,
    email, limit_balance, balance_limit, payment_terms, terms_override, lifeline, class, bill_method, parent_id,
    is_parent, contract_from, contract_to, fields, exemptions, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
RETURNING id;

-- name: UpdateCustomer :execrows
UPDATE customers
SET status = @status, agent_id = @agent_id, bill_profile = @bill_profile, security_pin = @security_pin,
    language = @language, born_at = @born_at, dl = @dl, ssn = @ssn, source = @source, email = @email,
    limit_balance = @limit_balance, balance_limit = @balance_limit, payment_terms = @payment_terms,
    terms_override = @terms_override, lifeline = @lifeline, class = @class, bill_method = @bill_method,
    parent_id = @parent_id, is_parent = @is_parent, contract_from = @contract_from, contract_to = @contract_to,
    fields = @fields, exemptions = @exemptions
WHERE id = @id AND tenant_id = @tenant_id;

-- name: Addresses :many
SELECT * FROM addresses WHERE customer_id = $1 ORDER BY kind;

-- name: InsertAddress :one
INSERT INTO addresses (customer_id, kind, first_name, last_name, company_name, address1, address2, city, state, zip,
    zip4, country)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
RETURNING id;

-- UpdateAddress gives no row when the customer has no address of the kind.
-- name: UpdateAddress :one
UPDATE addresses
SET first_name = @first_name, last_name = @last_name, company_name = @company_name, address1 = @address1,
    address2 = @address2, city = @city, state = @state, zip = @zip, zip4 = @zip4, country = @country
WHERE customer_id = @customer_id AND kind = @kind
RETURNING id;

-- name: DeleteAddress :exec
DELETE FROM addresses WHERE customer_id = $1 AND kind = $2;

-- name: Lifeline :one
SELECT * FROM lifelines WHERE customer_id = $1;

-- name: PutLifeline :exec
INSERT INTO lifelines (customer_id, type_id, temporary_address, separate_economic_unit, tribal, proof_type,
    proof_information, proof_notes, status, multiple_households, household_count, annual_income, certified_at,
    first_certified_at, reservation, nlad_enrolled, status_note, tpiv_status)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (customer_id) DO UPDATE
SET type_id = excluded.type_id, temporary_address = excluded.temporary_address,
    separate_economic_unit = excluded.separate_economic_unit, tribal = excluded.tribal,
    proof_type = excluded.proof_type, proof_information = excluded.proof_information,
    proof_notes = excluded.proof_notes, status = excluded.status, multiple_households = excluded.multiple_households,
    household_count = excluded.household_count, annual_income = excluded.annual_income,
    certified_at = excluded.certified_at, first_certified_at = excluded.first_certified_at,
    reservation = excluded.reservation, nlad_enrolled = excluded.nlad_enrolled, status_note = excluded.status_note,
    tpiv_status = excluded.tpiv_status;

-- name: DeleteLifeline :exec
DELETE FROM lifelines WHERE customer_id = $1;

-- name: LifelineFiles :many
SELECT * FROM lifeline_files WHERE customer_id = $1;

-- PutLifelineFile leaves a file alone that is the same.
-- name: PutLifelineFile :exec
INSERT INTO lifeline_files (customer_id, kind, content)
VALUES ($1, $2, $3)
ON CONFLICT (customer_id, kind) DO UPDATE SET content = excluded.content
WHERE lifeline_files.content <> excluded.content;

-- name: DeleteLifelineFile :exec
DELETE FROM lifeline_files WHERE customer_id = $1 AND kind = $2;
