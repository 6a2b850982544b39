-- name: InsertTransaction :one
INSERT INTO transactions (tenant_id, customer_id, service_id, product_id, of_product, of_type, kind, amount,
    quantity, description, from_at, to_at, tax_included, prorate, agent_id, statement_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
RETURNING id;

-- name: Balance :one
SELECT CAST(COALESCE(SUM(CASE kind WHEN 'CREDIT' THEN -amount ELSE amount END), 0) AS BIGINT) AS balance
FROM transactions
WHERE tenant_id = $1 AND customer_id = $2;

-- name: InsertNote :one
INSERT INTO notes (tenant_id, customer_id, service_id, order_id, type_id, popup, high_priority, title, text,
    created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
RETURNING id;
