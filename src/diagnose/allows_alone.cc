// SPDX-License-Identifier: Apache-2.0
#include "diagnose/allows_alone.h"

namespace rolecall {

AllowsAlone::AllowsAlone(const PolicySet& policies) : policies_(policies) {
  for (GateInput& gate : policies_.gates) {
    for (PolicyLayer& layer : gate.layers) {
      for (PolicyRef& ref : layer.policies) {
        if (ref.policy == nullptr) continue;
        Policy& copy = copies_.emplace_back(*ref.policy);
        std::erase_if(copy.statements,
                      [](const Statement& each) { return each.effect == Effect::Deny; });
        ref.policy = &copy;
      }
    }
  }
}

}  // namespace rolecall
