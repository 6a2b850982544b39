package sqlstore_test

import (
	"fmt"
	"strings"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/telecom"
)

// seeds fill a store with %[2]d customers of the tenant %[1]d: each with an address, three services with one or two products
// each, a telephone on the first of them, an order for that, two transactions and a note. Each is one statement, as one by one
// it would take minutes. The ids begin with 1001.
func seeds() []string {
	return []string{
		`INSERT INTO customers (id, tenant_id, status, agent_id, bill_profile, security_pin, language, dl, ssn, source, email,
			lifeline, class, bill_method, parent_id, is_parent, fields, exemptions, created_at)
		SELECT 1000 + i, %[1]d, 'OPEN', 0, 1, '1234', 'English', '', '', 'seed', 'a@example.com', 0, 'Residential', 'BOTH',
			CASE WHEN i > 1 AND i %% 100 = 1 THEN 1001 ELSE 0 END, CASE i WHEN 1 THEN 1 ELSE 0 END, '{"12":"x"}', '', i FROM n WHERE i <= %[2]d`,
		`INSERT INTO addresses (customer_id, kind, first_name, last_name, company_name, address1, address2, city, state, zip, zip4, country)
		SELECT 1000 + i, 'physical', 'Ann', 'Lee', '', '1 Main Street', '', 'Gulf Breeze', 'FL', '32561', '', 'USA' FROM n WHERE i <= %[2]d`,
		`INSERT INTO services (id, tenant_id, customer_id, order_id, type_id, number, number_key, circuit_number, circuit_key,
			carrier_customer_id, carrier_key, description, provider_id, provider_account, package_id, program_id, status, fields, created_at)
		SELECT 1000 + i, %[1]d, 1001 + (i - 1) / 3, 0, 1, CAST(2000000000 + i * 7919 %% 999999937 AS TEXT),
			CAST(2000000000 + i * 7919 %% 999999937 AS TEXT), '', CASE WHEN i %% 3 = 0 THEN 'c-' || i ELSE '' END, '',
			CASE WHEN i %% 3 = 0 THEN 'x-' || i ELSE '' END, 'a line', 1, 0, 1, 1, 'ACTIVE', '', i FROM n WHERE i <= 3 * %[2]d`,
		`INSERT INTO customer_products (tenant_id, customer_id, service_id, order_id, product_id, package_id, product_group, lead,
			provider_id, description, rate, cost, quantity, code1, code2, group_on_bill, tax_included, status, created_at)
		SELECT %[1]d, 1001 + (i - 1) / 3, 1000 + i, 0, 1, 0, 0, 0, 1, 'a product', 100000, 50000, 1, '', '', 0, 0, 'ACTIVE', i
		FROM n WHERE i <= 3 * %[2]d UNION ALL
		SELECT %[1]d, 1001 + (i - 1) / 3, 1000 + i, 0, 2, 0, 0, 0, 1, 'another', 100000, 50000, 1, '', '', 0, 0, 'ACTIVE', i
		FROM n WHERE i <= 3 * %[2]d AND i %% 2 = 0`,
		`INSERT INTO inventory_items (tenant_id, type_id, kind, identifier, identifier_key, status, customer_id, service_id, product_id,
			reason_id, note, fields, msid, msl, mdn, mdn_key, created_at)
		SELECT %[1]d, 1, 'Mobile_Device', 'esn-' || i, 'esn-' || i, 'ASSIGNED', 1000 + i, 998 + 3 * i, 0, 0, '', '', '', '', 'mdn-' || i,
			'mdn-' || i, i FROM n WHERE i <= %[2]d`,
		`INSERT INTO orders (id, tenant_id, customer_id, type, status, status_note, pon, provider_id, provider_account, process_id, phase_id,
			tracking_number, shipping, description, pbx_make, pbx_model, ship_to, port, suspend_type, inventory_status, charge_option,
			ignore_related, created_at)
		SELECT 1000 + i, %[1]d, 1000 + i, 'NEW', CASE WHEN i %% 100 = 0 THEN 'SENT' ELSE 'COMPLETE' END, '', 'PON' || i, i %% 100, 0, 1,
			i %% 100, '', '', '', '', '', '', '', '', '', '', 0, i FROM n WHERE i <= %[2]d`,
		`INSERT INTO order_lines (order_id, seq, service_id, action) SELECT 1000 + i, 1, 998 + 3 * i, 'add' FROM n WHERE i <= %[2]d`,
		`INSERT INTO transactions (tenant_id, customer_id, service_id, product_id, of_product, of_type, kind, amount, quantity, description,
			tax_included, prorate, agent_id, statement_id, created_at)
		SELECT %[1]d, 1001 + (i - 1) / 2, CASE WHEN i %% 2 = 0 THEN 998 + 3 * (i / 2) ELSE 0 END, 0, 1, 1, 'CHARGE', 100000, 1, 'a charge',
			0, 0, 0, i / 20, i FROM n WHERE i <= 2 * %[2]d`,
		`INSERT INTO notes (tenant_id, customer_id, service_id, order_id, type_id, popup, high_priority, title, text, created_by, created_at)
		SELECT %[1]d, 1000 + i, 0, 0, 1, 0, 0, 'title', 'text', 0, i FROM n WHERE i <= %[2]d`,
	}
}

// seed fills a store as seeds tells and gives the tenant.
func seed(t testing.TB, s *sqlstore.Store, postgres bool, customers int) access.Tenant {
	t.Helper()
	var tenant access.Tenant
	err := s.Update(t.Context(), func(tx access.Tx) error {
		id, err := tx.InsertTenant(t.Context(), access.Tenant{Code: "seeded", TimeZone: "UTC", CreatedAt: noon()})
		if err != nil {
			return err
		}
		tenant, err = tx.Tenant(t.Context(), id)
		return err
	})
	const numbers = "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
	for _, text := range seeds() {
		if err == nil {
			err = sqlstore.Exec(t.Context(), s, fmt.Sprintf(numbers, 3*customers)+fmt.Sprintf(strings.TrimSpace(text), tenant.ID, customers))
		}
	}
	if err == nil && postgres { // which does so by itself, but later
		err = sqlstore.Exec(t.Context(), s, "ANALYZE")
	}
	if err != nil {
		t.Fatal(err)
	}
	return tenant
}

// seededNumber is the number of the n-th service of a seeded store, from 1 on; services 3n-2 to 3n are of the n-th customer.
func seededNumber(n int) string { return fmt.Sprint(2_000_000_000 + n*7919%999_999_937) }

// seededCustomer is the id of the n-th customer of a seeded store, from 1 on.
func seededCustomer(n int) telecom.CustomerID { return telecom.CustomerID(1000 + n) }
