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

// A fix laid over the estate, and what is decided then. Borrows from the estate; the fix is read
// only while it is laid over.
class Trial {
 public:
  // Null when an edit cannot be applied, or a document is no valid policy afterwards. Without
  // changes it is the world as it is.
  [[nodiscard]] static std::unique_ptr<Trial> run(const Estate& estate,
                                                  const AssumeRequest& request, const Fix& fix);

  [[nodiscard]] const AssumeRequest& request() const { return request_; }
  [[nodiscard]] const EstateOverlay& overlay() const { return overlay_; }
  [[nodiscard]] const AssumeDecision& decision() const { return decision_; }
  // The text of a policy that `decision` met, edited or not.
  [[nodiscard]] std::string_view text(const Policy& policy) const;
  // The document as the change of this index leaves it; null when it changes none.
  [[nodiscard]] const Policy* version_of(std::size_t change) const;
  // Where the edited documents stand.
  [[nodiscard]] const SourceTable& sources() const { return sources_; }
  // The change of the fix that made this version of a policy.
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

// Whether a call that was refused passes now: no gate denies, and none that allowed before rests on
// what is not known.
[[nodiscard]] bool proves(const AssumeDecision& before, const AssumeDecision& after);

}  // namespace rolecall
