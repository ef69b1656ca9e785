// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>

#include "rolecall/diagnose/fix.h"
#include "rolecall/estate/estate_overlay.h"
#include "rolecall/trust/assume_decision.h"

namespace rolecall {

// The decision of a request after a fix, which is laid over the estate. Borrows from the estate,
// but not from the fix.
class Trial {
 public:
  // Null when an edit cannot be applied, or a document is not a valid policy afterwards. A fix
  // without changes gives the original decision.
  [[nodiscard]] static std::unique_ptr<Trial> run(const Estate& estate,
                                                  const AssumeRequest& request, const Fix& fix);

  [[nodiscard]] const AssumeRequest& request() const { return request_; }
  [[nodiscard]] const EstateOverlay& overlay() const { return overlay_; }
  [[nodiscard]] const AssumeDecision& decision() const { return decision_; }
  // The text of a policy of `decision`, edited or not.
  [[nodiscard]] std::string_view text(const Policy& policy) const;
  // The document after the change of this index; null when the change edits no policy.
  [[nodiscard]] const Policy* version_of(std::size_t change) const;
  // Where the edited documents stand.
  [[nodiscard]] const SourceTable& sources() const { return sources_; }
  // The index of the change that made this version of a policy.
  [[nodiscard]] std::optional<std::size_t> change_of(const Policy& policy) const;

 private:
  explicit Trial(const Estate& estate, const AssumeRequest& request)
      : estate_(estate), request_(request) {}
  bool lay_over(const Fix& fix);
  bool lay_over(const FixChange& change, std::size_t index);
  bool replace_policy(const FixChange& change, std::size_t index);
  bool edit_request(const Fix& fix);

  struct Version {
    Policy policy{};
    std::size_t change = 0;
  };

  const Estate& estate_;
  SourceTable sources_;
  std::deque<Version> versions_;
  bool request_edited_ = false;
  AssumeRequest request_;
  EstateOverlay overlay_;
  AssumeDecision decision_;
};

// Whether a fix is proven: no gate denies after it, and no gate that allowed before is open.
[[nodiscard]] bool proves(const AssumeDecision& before, const AssumeDecision& after);

}  // namespace rolecall
