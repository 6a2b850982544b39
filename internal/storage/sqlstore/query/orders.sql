-- name: Order :one
SELECT * FROM orders WHERE id = $1 AND tenant_id = $2;

-- name: InsertOrder :one
INSERT INTO orders (tenant_id, customer_id, type, status, status_note, pon, provider_id, provider_account,
    process_id, phase_id, tracking_number, shipping, flow_through, description, pbx_make, pbx_model, ship_to, port,
    suspend_type, inventory_status, charge_option, ignore_related, created_at, completed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
RETURNING id;

-- name: SetPON :exec
UPDATE orders SET pon = $2 WHERE id = $1;

-- name: UpdateOrder :execrows
UPDATE orders
SET status = @status, status_note = @status_note, provider_id = @provider_id, provider_account = @provider_account,
    process_id = @process_id, phase_id = @phase_id, tracking_number = @tracking_number, shipping = @shipping,
    flow_through = @flow_through, description = @description, pbx_make = @pbx_make, pbx_model = @pbx_model,
    ship_to = @ship_to, port = @port, suspend_type = @suspend_type, inventory_status = @inventory_status,
    charge_option = @charge_option, ignore_related = @ignore_related, completed_at = @completed_at
WHERE id = @id AND tenant_id = @tenant_id;

-- name: OrderLines :many
SELECT * FROM order_lines WHERE order_id = $1 ORDER BY seq;

-- name: OrderProducts :many
SELECT * FROM order_products WHERE order_id = $1 ORDER BY line, seq;

-- name: LastOrderLine :one
SELECT CAST(COALESCE(MAX(seq), 0) AS BIGINT) AS seq FROM order_lines WHERE order_id = $1;

-- name: InsertOrderLine :exec
INSERT INTO order_lines (order_id, seq, service_id, action)
VALUES ($1, $2, $3, $4);

-- name: InsertOrderProduct :exec
INSERT INTO order_products (order_id, line, seq, action, customer_product, product_id, rate, quantity)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);
