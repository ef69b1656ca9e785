// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "support/policy_findings.h"

namespace rolecall {
namespace {

using Code = DiagnosticCode;

constexpr auto
    kCases =
        std::to_array<FindingCase>(
            {
                {"same_statement_twice",
                 PolicyKind::Identity,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/x"},{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/x"}]})",
                 {Code::RedundantStatement, "statement 0 already does all that statement 1 does",
                  R"("Action":"sts:AssumeRole")", "remove the statement", Severity::Note},
                 ""},
                {"narrower_statement",
                 PolicyKind::Identity,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"},{"Effect":"Allow","Action":["sts:AssumeRole"],"Resource":"arn:aws:iam::111122223333:role/x"}]})",
                 {Code::RedundantStatement, "statement 0 already does all that statement 1 does",
                  R"("Action":["sts:AssumeRole"])", "remove the statement", Severity::Note},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*","Condition":{"Bool":{"aws:ViaAWSService":"false"}}},{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/x"}]})"},
                {"role_beside_its_account_is_no_repetition",
                 PolicyKind::Trust,
                 "",
                 {},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"},{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"}]})"},
                {"question_mark_covers_no_star",
                 PolicyKind::Identity,
                 "",
                 {},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/a?"},{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/a*b"}]})"},
                {"denied_statement",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"},{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]})",
                 {Code::DeniedStatement, "statement 1 denies all that statement 0 allows",
                  R"("Action":"sts:AssumeRole")", "remove one of the two, or narrow the Deny",
                  Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"},{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:role/other"},"Action":"sts:AssumeRole"}]})"},
                {"denied_by_complement",
                 PolicyKind::Identity,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::x"},{"Effect":"Deny","Action":"s3:*","Resource":"*"}]})",
                 {Code::DeniedStatement, "statement 1 denies all that statement 0 allows",
                  R"("Action":"s3:GetObject")", "remove one of the two, or narrow the Deny",
                  Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::x"},{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]})"},
                {"absent_and_equal",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"Null":{"aws:PrincipalTag/x":"true"},"StringEquals":{"aws:PrincipalTag/x":"a"}}}]})",
                 {Code::ContradictingConditions,
                  "`Null` on `aws:PrincipalTag/x` and `StringEquals` on `aws:PrincipalTag/x` are "
                  "never true together, so the statement never applies",
                  R"("aws:PrincipalTag/x")", "remove one of them", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"Null":{"aws:PrincipalTag/x":"false"},"StringEquals":{"aws:PrincipalTag/x":"a"}}}]})"},
                {"equal_and_not_equal",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/x":"a"},"StringNotEquals":{"aws:PrincipalTag/X":["a","b"]}}}]})",
                 {Code::ContradictingConditions,
                  "`StringEquals` on `aws:PrincipalTag/x` and `StringNotEquals` on "
                  "`aws:PrincipalTag/X` are never true together, so the statement never applies",
                  R"("aws:PrincipalTag/X")", "remove one of them", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/x":["a","c"]},"StringNotEquals":{"aws:PrincipalTag/x":["a","b"]}}}]})"},
                {"equal_and_unlike",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/x":"a"},"StringLike":{"aws:PrincipalTag/x":"b*"}}}]})",
                 {Code::ContradictingConditions,
                  "`StringEquals` on `aws:PrincipalTag/x` and `StringLike` on `aws:PrincipalTag/x` "
                  "are never true together, so the statement never applies",
                  R"("aws:PrincipalTag/x")", "remove one of them", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/x":"ba"},"StringLike":{"aws:PrincipalTag/x":"b*"}}}]})"},
                {"empty_time_window",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2026-06-01T00:00:00Z"},"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}}]})",
                 {Code::ContradictingConditions,
                  "`DateGreaterThan` on `aws:CurrentTime` and `DateLessThan` on `aws:CurrentTime` "
                  "are never true together, so the statement never applies",
                  R"("aws:CurrentTime")", "remove one of them", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"},"DateLessThan":{"aws:CurrentTime":"2026-06-01T00:00:00Z"}}}]})"},
                {"empty_number_window",
                 PolicyKind::Identity,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"NumericGreaterThanEquals":{"s3:max-keys":"10"},"NumericLessThan":{"s3:max-keys":"10"}}}]})",
                 {Code::ContradictingConditions,
                  "`NumericGreaterThanEquals` on `s3:max-keys` and `NumericLessThan` on "
                  "`s3:max-keys` are never true together, so the statement never applies",
                  R"("s3:max-keys")", "remove one of them", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"NumericGreaterThanEquals":{"s3:max-keys":"10"},"NumericLessThanEquals":{"s3:max-keys":"10"}}}]})"},
                {"source_of_two_accounts",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:*:111122223333:function:*"},"StringEquals":{"aws:SourceAccount":"444455556666"}}}]})",
                 {Code::ContradictingConditions,
                  "`ArnLike` on `aws:SourceArn` and `StringEquals` on `aws:SourceAccount` are "
                  "never true together, so the statement never applies",
                  R"("aws:SourceAccount")", "remove one of them", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::bucket"},"StringEquals":{"aws:SourceAccount":"444455556666"}}}]})"},
            });

TEST(PolicyCheckCover, FindsTheDefectAndSparesItsNeighbor) {
  expect_findings(kCases);
}

}  // namespace
}  // namespace rolecall
