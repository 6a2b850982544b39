-- name: CustomerProduct :one
SELECT * FROM customer_products WHERE id = $1 AND tenant_id = $2;

-- name: InsertCustomerProduct :one
INSERT INTO customer_products (tenant_id, customer_id, service_id, order_id, product_id, package_id, product_group,
    lead, provider_id, description, rate, cost, quantity, code1, code2, group_on_bill, tax_included, status,
    created_at, activated_at, billed_to, canceled_at, disconnected_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
RETURNING id;

-- name: UpdateCustomerProduct :execrows
UPDATE customer_products
SET package_id = @package_id, product_group = @product_group, lead = @lead, provider_id = @provider_id,
    description = @description, rate = @rate, cost = @cost, quantity = @quantity, code1 = @code1, code2 = @code2,
    group_on_bill = @group_on_bill, tax_included = @tax_included, status = @status, activated_at = @activated_at,
    billed_to = @billed_to, canceled_at = @canceled_at, disconnected_at = @disconnected_at
WHERE id = @id AND tenant_id = @tenant_id;
